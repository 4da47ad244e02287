import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import pg from 'pg'
import type { ServerFrame } from '@codelab/contracts/frames'
import { readEventStream } from '@codelab/runtime/sse'
import { readSettings } from '@codelab/runtime/settings'
import { Config } from '../../services/agent/src/config.ts'
import { start } from '../../services/agent/src/start.ts'
import { createDatabase, redisDatabaseUrl } from './stores.ts'
import { startStandInLlmProxy, type Script } from './stand-in-llm-proxy.ts'
import { until } from './until.ts'

export const token = 'internal-token-of-the-tests'

type Answer = { status: number; body: Record<string, unknown> }
type Headers = Record<string, string>

/** A running agent, spoken to as the gateway does. */
export function agentClient(url: string, defaults: Headers = {}) {
  const headers = (more: Headers = {}): Headers => ({
    authorization: `Bearer ${token}`,
    'x-service-name': 'tests',
    'x-user-id': 'ann',
    ...defaults,
    ...more,
  })
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    more?: Headers,
  ): Promise<Answer> => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...headers(more),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    }
  }
  return {
    send,
    message: (session_id: string, message: string, more: object = {}, h?: Headers) =>
      send('POST', '/api/v1/chat/message', { session_id, message, ...more }, h),
    result: (session_id: string, call_id: string, outcome: object, h?: Headers) =>
      send('POST', '/api/v1/tools/result', { session_id, call_id, ...outcome }, h),
    decide: (session_id: string, call_id: string, decision: object, h?: Headers) =>
      send('POST', '/api/v1/tools/decision', { session_id, call_id, ...decision }, h),
    claim: (session_id: string, call_id: string, connection: string) =>
      send(
        'POST',
        '/api/v1/tools/claim',
        { session_id, call_id },
        { 'x-connection-id': connection },
      ),
    cancel: (session_id: string) => send('POST', '/api/v1/chat/cancel', { session_id }),
    open: (id: string, body: object = {}, h?: Headers) =>
      send('PUT', `/api/v1/sessions/${id}`, body, h),
    history: async (id: string) =>
      (await send('GET', `/api/v1/session/${id}/messages`)).body as unknown as {
        role: string
        content: string
        id: string
      }[],
    follow: (id: string, after?: number, h?: Headers) =>
      follow(
        `${url}/api/v1/chat/stream/${id}${after === undefined ? '' : `?after=${after}`}`,
        headers(h),
      ),
  }
}

export type Follower = Awaited<ReturnType<typeof follow>>

/** Collects the frames of a stream; `frame` waits for one that fits. */
async function follow(url: string, headers: Headers) {
  const gone = new AbortController()
  const response = await fetch(url, { headers, signal: gone.signal })
  if (response.status !== 200) throw new Error(`stream answered ${response.status}`)
  const frames: ServerFrame[] = []
  let ended = false
  const reading = (async () => {
    for await (const { data } of readEventStream(Readable.fromWeb(response.body!))) {
      frames.push(JSON.parse(data) as ServerFrame)
    }
  })()
    .catch(() => undefined)
    .finally(() => (ended = true))
  type Of<Type> = Extract<ServerFrame, { type: Type }>
  return {
    frames,
    ended: () => ended,
    /** Frames of the log only. */
    log: () => frames.filter((frame) => 'seq' in frame),
    kinds: () =>
      frames.map((frame) => (frame.type === 'turn' ? `turn ${frame.state}` : frame.type)),
    frame: <Type extends ServerFrame['type']>(
      type: Type,
      fits: (frame: Of<Type>) => boolean = () => true,
    ): Promise<Of<Type>> =>
      until(`a ${type} frame`, () =>
        frames.find((frame): frame is Of<Type> => frame.type === type && fits(frame as Of<Type>)),
      ),
    turn: (state: string, count = 1) =>
      until(`turn ${state}`, () => {
        const fitting = frames.filter((frame) => frame.type === 'turn' && frame.state === state)
        return fitting.length >= count && fitting.at(-1)
      }),
    done: () => reading,
    async close() {
      gone.abort()
      await reading
    },
  }
}

type Options = {
  settings?: Record<string, string>
  /** Of its own, for tests that stop it. */
  redisUrl?: string
}

export const settingsFor = (databaseUrl: string, llmUrl: string, more: Record<string, string>) =>
  readSettings(Config, {
    DATABASE_URL: databaseUrl,
    REDIS_URL: more['REDIS_URL'] ?? redisDatabaseUrl(),
    LLM_PROXY_URL: llmUrl,
    INTERNAL_SERVICE_TOKEN: token,
    AGENT_PORT: '0',
    ADMIN_PORT: '0',
    LOG_LEVEL: 'fatal',
    ...more,
  })

/** One agent with both roles on a database of its own and a scripted llm-proxy. */
export async function startAgent(script: Script, { settings = {}, redisUrl }: Options = {}) {
  const database = await createDatabase()
  const llm = await startStandInLlmProxy(script)
  const config = settingsFor(database.url, llm.url, {
    ...settings,
    ...(redisUrl && { REDIS_URL: redisUrl }),
  })
  const running = await start(config)
  const pool = new pg.Pool({ connectionString: database.url, max: 2 })
  pool.on('error', () => undefined)
  return {
    ...agentClient(running.url),
    url: running.url,
    adminUrl: running.adminUrl,
    llm,
    pool,
    databaseUrl: database.url,
    as: (user: string) => agentClient(running.url, { 'x-user-id': user }),
    newSession: () => `s-${randomUUID()}`,
    async stop() {
      await running.stop()
      await llm.close()
      await pool.end()
      await database.drop()
    },
  }
}
