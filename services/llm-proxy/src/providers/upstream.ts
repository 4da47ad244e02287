import type { Dispatcher } from 'undici'
import { type Deadline, startDeadline } from './deadline.ts'
import { failureOfAnswer } from './failure-of-answer.ts'
import { failureOfError } from './failure-of-error.ts'

/** An address of a vendor, read once. */
export type UpstreamTarget = {
  readonly origin: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

export type UpstreamRequest = {
  readonly provider: string
  readonly target: UpstreamTarget
  readonly headers: Readonly<Record<string, string>>
  /** JSON. */
  readonly body: string | Buffer
}

/** Who reads an answer of status 200. Nothing is called any more after `ended` or `failed`. */
export type AnswerReader = {
  came(chunk: Buffer): void
  ended(): void
  failed(reason: unknown): void
}

/** A request under way, for its reader. */
export type Connection = {
  readonly deadline: Deadline
  /** The vendor waits: the reader has enough for now. */
  pause(): void
  resume(): void
  /** The reader has all it wants. What is left is read away when it is short and comes soon, so that the connection can be used again; else it is closed. */
  done(): void
  /** The reader cannot go on; it hears it as `failed`. */
  fail(reason: unknown): void
}

export type UpstreamDeps = {
  readonly dispatcher: Dispatcher
  readonly now: () => number
}

type Clock = { readonly firstMs: number; readonly stallMs: number }

/** Enough of a refusal to read its reason. */
const refusalLimit = 65_536
/** After the end mark only the rest of the framing is left. */
const rest = { bytes: 16_384, ms: 1000 }

/** A base URL may name a user of a proxy before the vendor; it is sent as HTTP has it, unless a key takes its place. */
const basicOf = ({ username, password }: URL): Record<string, string> => {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

export const targetOf = (url: string): UpstreamTarget => {
  const read = new URL(url)
  const headers = { 'content-type': 'application/json', 'user-agent': 'codelab', ...basicOf(read) }
  return { origin: read.origin, path: read.pathname + read.search, headers }
}

/**
 * Posts JSON to a vendor and gives the bytes of its answer to `reader` in the turn of the loop in which they come: undici's own body is a
 * stream of Node's, whose bookkeeping for each chunk costs more than all that is done with it here. Every failure, our clock's and the
 * caller's leave among them, reaches the reader once. Redirects are not followed: they could carry the key elsewhere.
 */
export const askUpstream = (
  { dispatcher, now }: UpstreamDeps,
  { provider, target, headers, body }: UpstreamRequest,
  { clock, caller }: { clock: Clock; caller: AbortSignal },
  reader: AnswerReader,
): Connection => {
  let controller: Dispatcher.DispatchController | undefined
  let refusal:
    | { status: number; headers: Record<string, string | string[] | undefined> }
    | undefined
  const refused: Buffer[] = []
  let size = 0
  let over = false
  let left = Number.POSITIVE_INFINITY
  let closing: NodeJS.Timeout | undefined

  const stop = (): void => {
    over = true
    deadline.stop()
    caller.removeEventListener('abort', leave)
  }
  const close = (): void => controller?.abort(new Error('nobody reads on'))
  const fail = (reason: unknown): void => {
    if (over) return
    stop()
    close()
    reader.failed(reason)
  }
  const leave = (): void => fail(caller.reason)
  const deadline = startDeadline(provider, clock, fail)
  const refuse = ({ status, headers: given }: NonNullable<typeof refusal>): void => {
    const text = Buffer.concat(refused).toString('utf8')
    fail(failureOfAnswer(provider, { status, headers: given, text }, now()))
  }

  const connection: Connection = {
    deadline,
    pause() {
      deadline.pause()
      controller?.pause()
    },
    resume() {
      deadline.resume()
      controller?.resume()
    },
    done() {
      if (over) return
      stop()
      left = rest.bytes
      closing = setTimeout(close, rest.ms).unref()
      controller?.resume()
    },
    fail,
  }
  if (caller.aborted) {
    leave()
    return connection
  }
  caller.addEventListener('abort', leave, { once: true })
  dispatcher.dispatch(
    {
      ...{ origin: target.origin, path: target.path, method: 'POST', body },
      headers: { ...target.headers, ...headers },
      headersTimeout: 0,
      bodyTimeout: 0,
    },
    {
      onRequestStart(given) {
        controller = given
        if (over) close()
      },
      onResponseStart(_, status, given) {
        if (status > 200) refusal = { status, headers: given }
      },
      onResponseData(_, chunk) {
        if (over) {
          left -= chunk.length
          if (left < 0) close()
        } else if (refusal) {
          refused.push(chunk)
          size += chunk.length
          if (size > refusalLimit) refuse(refusal)
        } else reader.came(chunk)
      },
      onResponseEnd() {
        clearTimeout(closing)
        if (over) return
        if (refusal) return refuse(refusal)
        stop()
        reader.ended()
      },
      onResponseError(_, error) {
        clearTimeout(closing)
        fail(failureOfError(provider, error))
      },
    },
  )
  return connection
}
