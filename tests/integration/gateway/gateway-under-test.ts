import { randomUUID } from 'node:crypto'
import { audienceOf } from '@codelab/contracts/auth'
import { Config } from '@codelab/gateway/config'
import { start } from '@codelab/gateway/start'
import type { Running } from '@codelab/runtime/process'
import { readSettings } from '@codelab/runtime/settings'
import { createSigner, serveKeys } from '../../support/signing.ts'
import { openSocket } from '../../support/socket.ts'
import { redisDatabaseUrl } from '../../support/stores.ts'
import { internalToken, startAgent } from './stand-in-agent.ts'

export type UnderTest = Awaited<ReturnType<typeof startGateway>>

/** The gateway with real sockets and Redis, a key server and a stand-in agent; settings may be changed by their names. */
export async function startGateway(settings: Record<string, string> = {}) {
  const issuer = 'https://workspace.example'
  const audience = audienceOf('local/test')
  const signer = await createSigner({ issuer, audience })
  const auth = await serveKeys(signer.jwks)
  const agent = await startAgent()
  const env = {
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_PORT: '0',
    ADMIN_HOST: '127.0.0.1',
    ADMIN_PORT: '0',
    REDIS_URL: redisDatabaseUrl(),
    AGENT_URL: agent.url,
    LLM_PROXY_URL: 'http://127.0.0.1:9',
    AUTH_URL: auth.url,
    ISSUER: issuer,
    WORKSPACE: 'local/test',
    INTERNAL_SERVICE_TOKEN: internalToken,
    LOG_LEVEL: 'silent',
    ...settings,
  }
  const startOne = () => start(readSettings(Config, env))
  let gateway = await startOne()
  const userId = `user-${randomUUID()}`

  return {
    get gateway() {
      return gateway
    },
    /** After the first has been stopped by a test. */
    replaceGateway: (by: Running) => void (gateway = by),
    agent,
    auth,
    signer,
    userId,
    startAnother: startOne,
    newSession: () => `s-${randomUUID()}`,
    token: (sub = userId) => signer.token({ sub }),
    /** Opens a socket as the user of this test; `sub` makes it another's. */
    async connect(
      session: string,
      {
        sub = userId,
        token,
        ...rest
      }: {
        sub?: string
        token?: string
        query?: string
        at?: string
        headers?: Record<string, string>
      } = {},
    ) {
      return openSocket({
        gateway: rest.at ?? gateway.url,
        session,
        token: token ?? (await signer.token({ sub })),
        ...(rest.query !== undefined && { query: rest.query }),
        ...(rest.headers && { headers: rest.headers }),
      })
    },
    async call(path: string, init: RequestInit & { token?: string } = {}) {
      const token = init.token ?? (await signer.token({ sub: userId }))
      const headers = { authorization: `Bearer ${token}`, ...(init.headers as object) }
      const response = await fetch(`${gateway.url}${path}`, { ...init, headers })
      const text = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        body: (text === '' ? undefined : JSON.parse(text)) as Record<string, unknown>,
      }
    },
    async stop() {
      await gateway.stop()
      await agent.close()
      await auth.close()
    },
  }
}
