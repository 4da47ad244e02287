import { type IncomingHttpHeaders, request } from 'node:http'
import { WebSocket } from 'ws'
import type { EngineEvent, EngineEventType } from '@codelab/contracts/engine-ui/events'
import { until } from '../../support/until.ts'

export type Answer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export type Ask = {
  readonly method?: string
  readonly path?: string
  readonly headers?: Record<string, string | string[]>
  readonly body?: string
}

/** A request with exactly these headers: Node adds only Host, and only when none is given. */
export const ask = (origin: string, { method = 'GET', path = '/', headers = {}, body }: Ask) =>
  new Promise<Answer>((resolve, reject) => {
    const { hostname, port } = new URL(origin)
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const options = { hostname, port, method, path, headers: { ...length, ...headers } }
    const sent = request(options, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => void (text += chunk.toString()))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      )
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })

export const cookieOf = ({ headers }: Answer): string =>
  (headers['set-cookie']?.[0] ?? '').split(';', 1)[0] ?? ''

type Failed = { status: number; code: string; reason?: string; message: string; field?: string }

/** A page of the engine: its cookie, its API, its events. */
export type Page = Awaited<ReturnType<typeof openPage>>

export async function openPage(entry: string) {
  const { origin, pathname, search } = new URL(entry)
  const cookie = cookieOf(await ask(origin, { path: pathname + search }))
  const events: EngineEvent[] = []
  const sockets = new Set<WebSocket>()

  const call = async (method: string, path: string, body?: unknown): Promise<Answer> =>
    ask(origin, {
      method,
      path,
      headers: {
        cookie,
        ...(method !== 'GET' && { origin }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const value = async <Value>(method: string, path: string, body?: unknown): Promise<Value> => {
    const { status, text } = await call(method, path, body)
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as Value
  }

  const listen = async (after?: number): Promise<WebSocket> => {
    const query = after === undefined ? '' : `?after=${after}`
    const address = `${origin.replace('http', 'ws')}/events${query}`
    const socket = new WebSocket(address, { headers: { cookie, origin } })
    sockets.add(socket)
    socket.on('message', (data: Buffer) =>
      events.push(...(JSON.parse(data.toString()) as EngineEvent[])),
    )
    const count = events.length
    await until('hello', () => events.slice(count).some(({ type }) => type === 'hello'))
    return socket
  }

  const of = <Type extends EngineEventType>(type: Type) =>
    events.filter((event): event is Extract<EngineEvent, { type: Type }> => event.type === type)

  return {
    origin,
    cookie,
    events,
    of,
    call,
    get: <Value>(path: string) => value<Value>('GET', path),
    post: <Value>(path: string, body?: unknown) => value<Value>('POST', path, body),
    put: <Value>(path: string, body: unknown) => value<Value>('PUT', path, body),
    patch: <Value>(path: string, body: unknown) => value<Value>('PATCH', path, body),
    delete: (path: string) => value<undefined>('DELETE', path),
    /** What a call fails with. */
    fails: async (method: string, path: string, body?: unknown): Promise<Failed> => {
      const { status, text } = await call(method, path, body)
      if (status < 400) throw new Error(`${method} ${path} succeeded: ${text}`)
      return { status, ...(JSON.parse(text) as { error: Omit<Failed, 'status'> }).error }
    },
    listen,
    close: async () => {
      for (const socket of sockets) socket.terminate()
    },
  }
}
