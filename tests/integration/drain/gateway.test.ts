import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { audienceOf } from '@codelab/contracts/auth'
import { createSigner, serveKeys } from '../../support/signing.ts'
import { openSocket } from '../../support/socket.ts'
import { redisDatabaseUrl } from '../../support/stores.ts'
import { until } from '../../support/until.ts'
import { internalToken, startAgent } from '../gateway/stand-in-agent.ts'
import { keepAsking } from './keep-asking.ts'
import { startPair, startService } from './service.ts'
import { inGoodOrder, watchLeaving } from './watch-leaving.ts'

const sockets = 60

test('a gateway under load leaves in order: no request is cut, and sockets are told 1012 one after the other', async () => {
  const issuer = 'https://workspace.example'
  const signer = await createSigner({ issuer, audience: audienceOf('local/test') })
  const auth = await serveKeys(signer.jwks)
  const agent = await startAgent()
  const pair = await startPair('gateway', {
    REDIS_URL: redisDatabaseUrl(),
    AGENT_URL: agent.url,
    LLM_PROXY_URL: 'http://127.0.0.1:9',
    AUTH_URL: auth.url,
    ISSUER: issuer,
    WORKSPACE: 'local/test',
    INTERNAL_SERVICE_TOKEN: internalToken,
    REQUESTS_PER_MINUTE: '1000000',
  })
  const token = await signer.token()
  const open = await Promise.all(
    Array.from({ length: sockets }, () =>
      openSocket({ gateway: pair.leaver.url, token, session: randomUUID() }),
    ),
  )
  await Promise.all(open.map((socket) => socket.waitFor('session')))
  const closedAt: number[] = []
  for (const { socket } of open) socket.once('close', () => closedAt.push(performance.now()))
  const callers = keepAsking(pair.url, {
    path: '/api/v1/sessions',
    headers: { authorization: `Bearer ${token}` },
  })
  await until('some answers', () => callers.answered() > 100)

  expect(await watchLeaving(pair.leaver)).toEqual(inGoodOrder)
  expect(await callers.stop()).toEqual([])
  for (const socket of open) expect((await socket.closed()).code).toBe(1012)
  // Spread: no tenth of a second has half of them.
  const busiest = Math.max(
    ...closedAt.map((from) => closedAt.filter((at) => at >= from && at < from + 100).length),
  )
  expect(busiest).toBeLessThan(sockets / 2)
  await pair.remove()
  await agent.close()
  await auth.close()
}, 60_000)

test('an upgrade while it leaves is refused in plain words, and may come again at once', async () => {
  const signer = await createSigner({ issuer: 'https://w.example', audience: audienceOf('a/b') })
  const auth = await serveKeys(signer.jwks)
  const gateway = await startService('gateway', {
    REDIS_URL: redisDatabaseUrl(),
    AGENT_URL: 'http://127.0.0.1:9',
    LLM_PROXY_URL: 'http://127.0.0.1:9',
    AUTH_URL: auth.url,
    ISSUER: 'https://w.example',
    WORKSPACE: 'a/b',
    INTERNAL_SERVICE_TOKEN: internalToken,
  })
  const ended = gateway.stop()
  await until('the probe to say so', async () =>
    fetch(`${gateway.url}/readyz`).then(({ status }) => status === 503),
  )
  const response = await fetch(`${gateway.url}/livez`)
  expect(response.headers.get('connection')).toBe('close')
  const refusal = await upgrade(gateway.url)
  expect(refusal).toMatchObject({ status: 503, retryAfter: '1' })
  expect(await ended).toBe(0)
  await gateway.remove()
  await auth.close()
}, 60_000)

/** What an upgrade request is answered. */
function upgrade(url: string) {
  return new Promise<{ status: number | undefined; retryAfter: string | undefined }>(
    (resolve, reject) => {
      request(`${url}/ws/${randomUUID()}`, {
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': Buffer.from(randomUUID().slice(0, 16)).toString('base64'),
        },
      })
        .on('response', (response) => {
          response.resume()
          resolve({ status: response.statusCode, retryAfter: response.headers['retry-after'] })
        })
        .on('error', reject)
        .end()
    },
  )
}
