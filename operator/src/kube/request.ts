import { type Clock, pause } from '../clock.ts'
import type { Connection, RawRequest } from './connection.ts'
import { failureIn, KubeFailure } from './failure.ts'
import type { Resource } from './resources.ts'

export type Verb =
  | 'get'
  | 'list'
  | 'watch'
  | 'create'
  | 'replace'
  | 'apply'
  | 'apply_status'
  | 'patch'
  | 'delete'

/** One HTTP exchange, for metrics; status 0 when no answer came. */
export type RequestSeen = {
  readonly verb: Verb
  readonly resource: string
  readonly status: number
  readonly seconds: number
}

export type Ask = Options & {
  readonly verb: Verb
  readonly resource: Resource
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined
  readonly body?: unknown
  readonly contentType?: string
  readonly accept?: string | undefined
}

export type Options = {
  readonly signal?: AbortSignal | undefined
  /** Throws when the request must not be sent (any more); asked until the last moment. */
  readonly guard?: (() => void) | undefined
}

export type Sender = ReturnType<typeof createSender>

type Deps = {
  readonly connection: Connection
  readonly clock: Clock
  readonly random: () => number
  readonly timeoutMs: number
  readonly onRequest?: ((seen: RequestSeen) => void) | undefined
}

const methods: Readonly<Record<Verb, RawRequest['method']>> = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  replace: 'PUT',
  apply: 'PATCH',
  apply_status: 'PATCH',
  patch: 'PATCH',
  delete: 'DELETE',
}

/** Asked twice, these leave the same as asked once. */
const repeatable: ReadonlySet<Verb> = new Set(['get', 'list', 'apply', 'apply_status'])

function fullPath({ path, query = {} }: Ask): string {
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  ).toString()
  return search ? `${path}?${search}` : path
}

const raw = (ask: Ask, lane: RawRequest['lane'], signal: AbortSignal): RawRequest => ({
  lane,
  method: methods[ask.verb],
  path: fullPath(ask),
  headers: {
    accept: ask.accept ?? 'application/json',
    ...(ask.body !== undefined && { 'content-type': ask.contentType ?? 'application/json' }),
  },
  body: ask.body === undefined ? undefined : JSON.stringify(ask.body),
  signal,
  guard: ask.guard,
})

const what = (ask: Ask): string => `${ask.verb} ${ask.path}`

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const late = Symbol('late')

/** What the connection died of. Several addresses that all failed say it in their code only. */
const reasonOf = (error: unknown): string => {
  const { message, code } = error as { message?: string; code?: string }
  return message || code || String(error)
}

/** Runs under a signal that ends with the caller's or with the time. */
async function within<Result>(
  clock: Clock,
  { ms, signal, ask }: { ms: number; signal: AbortSignal | undefined; ask: Ask },
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted()
  const control = new AbortController()
  const follow = () => control.abort(signal!.reason)
  signal?.addEventListener('abort', follow)
  const cancel = clock.after(ms, () => control.abort(late))
  try {
    return await run(control.signal)
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof KubeFailure) throw error
    ask.guard?.()
    const timedOut = control.signal.aborted
    throw new KubeFailure(timedOut ? 'NoAnswer' : 'Unreachable', {
      message: timedOut
        ? `${what(ask)}: no answer from the API server within ${Math.round(ms)} ms`
        : `${what(ask)}: the API server cannot be reached (${reasonOf(error)})`,
      cause: timedOut ? undefined : error,
    })
  } finally {
    cancel()
    signal?.removeEventListener('abort', follow)
  }
}

/** Until when to wait before the next try, in milliseconds; undefined: there is none. */
function delayAfter(
  failure: KubeFailure,
  { verb }: Ask,
  { tries, random }: { tries: number; random: () => number },
): number | undefined {
  const asked = failure.retryAfterSeconds
  const refused = failure.status === 429 || (failure.status >= 500 && asked !== undefined)
  if (refused) return (asked ?? 1) * 1_000 * (1 + random() * 0.1)
  // A kept connection that the server closed in the same instant: a new one is tried at once.
  if (failure.reason === 'Unreachable' && tries === 1 && repeatable.has(verb)) return 0
  return undefined
}

/** The exchanges under `client.ts`: time-outs, `Retry-After`, failures by reason, metrics. */
export function createSender({ connection, clock, random, timeoutMs, onRequest }: Deps) {
  const exchange = async (ask: Ask, lane: RawRequest['lane'], signal: AbortSignal) => {
    const since = clock.now()
    let status = 0
    try {
      const answer = await connection.send(raw(ask, lane, signal))
      status = answer.statusCode
      if (status < 300) return answer
      throw failureIn({
        status,
        body: parse(await answer.body.text()),
        what: what(ask),
        retryAfter: answer.headers['retry-after'],
      })
    } finally {
      onRequest?.({
        verb: ask.verb,
        resource: ask.resource.plural,
        status,
        seconds: (clock.now() - since) / 1_000,
      })
    }
  }

  const once = (ask: Ask, ms: number): Promise<unknown> =>
    within(clock, { ms, signal: ask.signal, ask }, async (signal) => {
      const answer = await exchange(ask, 'request', signal)
      const body = parse(await answer.body.text())
      if (typeof body === 'object' && body !== null) return body
      throw new KubeFailure('Malformed', {
        message: `${what(ask)}: the answer is no JSON object`,
        status: answer.statusCode,
      })
    })

  return {
    /** The parsed answer. Waits as the API server asks, all tries together within the time-out; then throws `KubeFailure`, or the reason of an abort. */
    async send(ask: Ask): Promise<unknown> {
      const end = clock.now() + timeoutMs
      for (let tries = 1; ; tries++) {
        try {
          return await once(ask, end - clock.now())
        } catch (error) {
          if (!(error instanceof KubeFailure)) throw error
          const wait = delayAfter(error, ask, { tries, random })
          if (wait === undefined || clock.now() + wait >= end) throw error
          await pause(clock, wait, ask.signal ?? new AbortController().signal)
        }
      }
    },
    /** The bytes of a long answer; the time-out is for its beginning alone, the signal for the whole of it. */
    async open(ask: Ask & { signal: AbortSignal }): Promise<AsyncIterable<Uint8Array>> {
      return within(clock, { ms: timeoutMs, signal: ask.signal, ask }, async (beginning) => {
        const control = new AbortController()
        beginning.addEventListener('abort', () => control.abort(beginning.reason), { once: true })
        const answer = await exchange(ask, 'watch', control.signal)
        ask.signal.addEventListener('abort', () => control.abort(ask.signal.reason), { once: true })
        return answer.body
      })
    },
  }
}
