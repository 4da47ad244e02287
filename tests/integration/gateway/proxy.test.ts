import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { until } from '../../support/until.ts'
import { startGateway, type UnderTest } from './gateway-under-test.ts'

type Seen = { method: string; url: string; headers: IncomingMessage['headers']; body: string }

/** A service behind the gateway that tells what it was asked; `answer` may take over. */
async function startBehind() {
  const seen: Seen[] = []
  let answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
  let aborted = 0
  const server: Server = createServer((request, response) => {
    response.on('close', () => void (response.writableFinished || (aborted += 1)))
    const entry = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: '',
    }
    seen.push(entry)
    request.on('data', (chunk: Buffer) => void (entry.body += chunk.toString()))
    if (answer) return answer(request, response)
    request.on('end', () => response.end('behind'))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    aborted: () => aborted,
    answerWith: (next: typeof answer) => void (answer = next),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

let auth: Awaited<ReturnType<typeof startBehind>>
let llm: Awaited<ReturnType<typeof startBehind>>
let under: UnderTest
beforeAll(async () => {
  auth = await startBehind()
  llm = await startBehind()
  under = await startGateway({
    AUTH_URL: auth.url,
    LLM_PROXY_URL: llm.url,
    FORWARDED_TOKEN: 'known-to-auth-alone',
  })
})
afterAll(async () => {
  await under.stop()
  auth.close()
  llm.close()
})
beforeEach(() => {
  auth.answerWith(undefined)
  llm.answerWith(undefined)
})

/** Sends bytes as they are, so that no client tidies the path, and gives the status and the rest. */
async function raw(text: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(under.gateway.url)
  const socket = connect(Number(port), hostname)
  let received = ''
  socket.on('data', (chunk) => void (received += chunk.toString()))
  socket.write(text)
  await once(socket, 'close')
  return { status: Number(received.split(' ', 2)[1]), text: received }
}
const ask = (target: string, headers = '') =>
  raw(`GET ${target} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n${headers}\r\n`)

describe('what is passed on', () => {
  test.each([
    '/oauth/token',
    '/oauth/authorize?a=b%2Fc&d=..%2f..',
    '/sign-in/abc/login',
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    '/.well-known/jwks.json',
  ])('%s to auth, as it is', async (target) => {
    expect((await ask(target)).text).toContain('behind')
    expect(auth.seen.at(-1)?.url).toBe(target)
  })

  test('/v1 to llm-proxy, with the authorization and the body of the caller', async () => {
    const response = await fetch(`${under.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer anything', 'content-type': 'application/json' },
      body: '{"model":"x"}',
    })
    expect(await response.text()).toBe('behind')
    expect(llm.seen.at(-1)).toMatchObject({
      method: 'POST',
      url: '/v1/chat/completions',
      body: '{"model":"x"}',
      headers: { authorization: 'Bearer anything' },
    })
    expect(llm.seen.at(-1)?.headers).not.toHaveProperty('x-forwarded-token')
  })

  test('carries the public address and the peer, never what the client says of itself', async () => {
    await ask(
      '/oauth/token',
      [
        'X-Forwarded-For: 6.6.6.6',
        'X-Forwarded-Host: evil.example',
        'X-Forwarded-Proto: gopher',
        'Forwarded: for=6.6.6.6',
        'X-Real-IP: 6.6.6.6',
        'X-Forwarded-Token: guessed',
        'X-User-Id: admin',
        'X-Service-Name: agent',
        'X-Request-Id: chosen',
        'Connection: close, x-secret',
        'X-Secret: 1',
        'TE: trailers',
        'Accept: a/b',
        '',
      ].join('\r\n'),
    )
    const { headers } = auth.seen.at(-1)!
    expect(headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'workspace.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-token': 'known-to-auth-alone',
      accept: 'a/b',
    })
    for (const name of [
      'forwarded',
      'x-real-ip',
      'x-user-id',
      'x-service-name',
      'x-secret',
      'te',
    ]) {
      expect(headers).not.toHaveProperty(name)
    }
    expect(headers['x-request-id']).not.toBe('chosen')
  })

  test('every cookie, redirect and status of the answer comes back, hop-by-hop headers do not', async () => {
    auth.answerWith((_, response) =>
      response
        .writeHead(303, {
          'set-cookie': ['a=1; Path=/', 'b=2; HttpOnly'],
          location: '/sign-in/x',
          'proxy-authenticate': 'Basic',
        })
        .end(),
    )
    const response = await fetch(`${under.gateway.url}/oauth/authorize`, { redirect: 'manual' })
    expect(response.status).toBe(303)
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; HttpOnly'])
    expect(response.headers.get('location')).toBe('/sign-in/x')
    expect(response.headers.get('proxy-authenticate')).toBeNull()
  })

  test('streams piece by piece, and a client that goes ends the request behind', async () => {
    let later: ServerResponse | undefined
    llm.answerWith((request, response) => {
      request.resume()
      later = response
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    })
    const gone = new AbortController()
    const response = await fetch(`${under.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      body: '{}',
      signal: gone.signal,
    })
    const reader = response.body!.getReader()
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('data: 1\n\n')
    later?.write('data: 2\n\n')
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('data: 2\n\n')
    const before = llm.aborted()
    gone.abort()
    await until('the request behind to end', () => llm.aborted() > before)
  })

  test('an answer that breaks off breaks off for the client too', async () => {
    llm.answerWith((request, response) => {
      request.resume()
      response.writeHead(200, { 'content-length': '100' }).write('half')
      setImmediate(() => response.destroy())
    })
    const response = await fetch(`${under.gateway.url}/v1/models`)
    await expect(response.text()).rejects.toThrow()
  })

  test('a body over the limit is refused, announced or not', async () => {
    const before = auth.seen.length
    const announced = await fetch(`${under.gateway.url}/oauth/token`, {
      method: 'POST',
      body: 'x'.repeat(70_000),
    })
    expect(announced.status).toBe(413)
    expect(await announced.json()).toMatchObject({ error: 'invalid_request' })
    expect(auth.seen).toHaveLength(before)
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
    const chunked = await raw(
      `POST /oauth/token HTTP/1.1\r\nHost: g\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`,
    )
    expect(chunked.status).toBe(413)
  })
})

describe('what is not passed on', () => {
  test.each([
    ['/oauth/../api/v1/sessions', 400],
    ['/oauth/..%2fapi', 400],
    ['/oauth/%2e%2e/metrics', 400],
    ['/oauth/%2E./metrics', 400],
    ['/oauth/./token', 400],
    ['/oauth//token', 400],
    ['//oauth/token', 400],
    ['/oauth/..\\metrics', 400],
    ['/oauth/%5c..%5cmetrics', 400],
    ['/oauth/a%00b', 400],
    ['/v1/../api/v1/completion', 400],
    ['/v1/%2e%2e/api/v1/completion', 400],
    ['/v1/..;/api/v1/completion', 400],
    ['/v1/.;a/models', 400],
    ['/OAUTH/token', 404],
    ['/oauthx/token', 404],
    ['/oauth2', 404],
    ['/v1x', 404],
    ['/v10/models', 404],
    ['/sign-inx', 404],
    ['/.well-known/', 404],
    ['/.well-known/jwks.json/x', 404],
    ['/.well-known/security.txt', 404],
    ['/admin', 404],
    ['/interaction/x', 404],
    ['http://127.0.0.1:9/oauth/token', 400],
    ['http://gateway/oauth/token', 400],
    ['*', 400],
    ['/oauth/token#/../x', 400],
  ])('%s', async (target, status) => {
    const before = auth.seen.length + llm.seen.length
    const answer = await ask(target)
    expect(answer.status).toBe(status)
    expect(auth.seen.length + llm.seen.length).toBe(before)
  })
})

test('an offer of another protocol is answered as if it had not been made', async () => {
  const offer = 'Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n'
  const { text } = await raw(
    `GET /oauth/token HTTP/1.1\r\nHost: g\r\nConnection: close, Upgrade, HTTP2-Settings\r\n${offer}\r\n`,
  )
  expect(text).toContain('behind')
  expect(auth.seen.at(-1)?.headers).not.toHaveProperty('upgrade')
})

describe('a service behind that is away', () => {
  test('is 503 in the form its clients read', async () => {
    const lonely = await startGateway({ AUTH_URL: 'http://127.0.0.1:9' })
    const token = await fetch(`${lonely.gateway.url}/oauth/token`, { method: 'POST', body: 'a=b' })
    expect(token.status).toBe(503)
    expect(await token.json()).toEqual({
      error: 'temporarily_unavailable',
      error_description: expect.stringMatching(/try again/),
    })
    const models = await fetch(`${lonely.gateway.url}/v1/models`)
    expect(models.status).toBe(503)
    expect(await models.json()).toEqual({
      error: { message: expect.any(String), type: 'api_error', param: null, code: 'unavailable' },
    })
    expect((await lonely.call('/api/v1/sessions')).status).toBe(503)
    const socket = await lonely.connect(lonely.newSession())
    expect((await socket.closed()).code).toBe(1013)
    await lonely.stop()
  })
})
