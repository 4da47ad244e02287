import type { Connection as Wire } from '../connections/connection.ts'
import type { Connections } from '../connections/connections.ts'
import type { Target } from '../connections/request-head.ts'
import type { AnswerHead } from '@codelab/runtime/answer-reader'
import { type Deadline, startDeadline } from './deadline.ts'
import { failureOfAnswer } from './failure-of-answer.ts'
import { failureOfError } from './failure-of-error.ts'

export type UpstreamRequest = {
  readonly provider: string
  readonly target: Target
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
  readonly connections: Connections
  readonly now: () => number
}

type Clock = { readonly firstMs: number; readonly stallMs: number }

/** Enough of a refusal to read its reason. */
const refusalLimit = 65_536
const nobodyReads = new Error('nobody reads on')
/** After the end mark only the rest of the framing is left. */
const rest = { bytes: 16_384, ms: 1000 }

/**
 * Posts JSON to a vendor and gives the bytes of its answer to `reader` in the turn of the loop in which they come. Every failure, our
 * clock's and the caller's leave among them, reaches the reader once. Redirects are not followed: they could carry the key elsewhere.
 */
export const askUpstream = (
  { connections, now }: UpstreamDeps,
  { provider, target, body }: UpstreamRequest,
  { clock, caller }: { clock: Clock; caller: AbortSignal },
  reader: AnswerReader,
): Connection => {
  let wire: Wire | undefined
  let refusal: AnswerHead | undefined
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
  const close = (): void => wire?.destroy(nobodyReads)
  const fail = (reason: unknown): void => {
    if (over) return
    stop()
    close()
    reader.failed(reason)
  }
  const leave = (): void => fail(caller.reason)
  const deadline = startDeadline(provider, clock, fail)
  const refuse = ({ status, headers: given }: AnswerHead): void => {
    const text = Buffer.concat(refused).toString('utf8')
    fail(failureOfAnswer(provider, { status, headers: given, text }, now()))
  }

  const connection: Connection = {
    deadline,
    pause() {
      deadline.pause()
      wire?.pause()
    },
    resume() {
      deadline.resume()
      wire?.resume()
    },
    done() {
      if (over) return
      stop()
      left = rest.bytes
      closing = setTimeout(close, rest.ms).unref()
      wire?.resume()
    },
    fail,
  }
  if (caller.aborted) {
    leave()
    return connection
  }
  caller.addEventListener('abort', leave, { once: true })
  try {
    wire = connections.post(target, typeof body === 'string' ? Buffer.from(body) : body, {
      head(said) {
        if (said.status > 200) refusal = said
      },
      body(bytes) {
        if (over) {
          left -= bytes.length
          if (left < 0) close()
        } else if (refusal) {
          refused.push(bytes)
          size += bytes.length
          if (size > refusalLimit) refuse(refusal)
        } else reader.came(bytes)
      },
      ended() {
        wire = undefined // the next request's from now on
        clearTimeout(closing)
        if (over) return
        if (refusal) return refuse(refusal)
        stop()
        reader.ended()
      },
      failed(error) {
        wire = undefined
        clearTimeout(closing)
        fail(failureOfError(provider, error))
      },
    })
  } catch (error) {
    fail(failureOfError(provider, error))
  }
  return connection
}
