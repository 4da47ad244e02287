import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { Failure } from '@codelab/runtime/failure'
import { createEventSplitter, type RelayedEvent } from './event-splitter.ts'
import { createSequence } from './sequence.ts'

/** The reader's side: `write` answers whether it has room for more; `room` resolves when it has again. */
export type RelaySink = {
  write(events: readonly RelayedEvent[]): boolean
  room(): Promise<void>
}

type Settings = {
  /** Opens the agent's stream after a `seq`. Rejects with the agent's failure. */
  readonly open: (after: number, signal: AbortSignal) => Promise<Readable>
  readonly after: number
  readonly sink: RelaySink
  /** Ends everything. */
  readonly signal: AbortSignal
  readonly maxEventBytes: number
  /** A stream that brings not even a keep-alive for so long is taken for dead. */
  readonly silenceMs: number
  /** Told why, where a reason is known, before each further attempt. */
  readonly onReconnect?: (cause: unknown) => void
}

/** The agent refuses the stream for good: the session is gone or another's. */
const isFinal = (error: unknown): error is Failure =>
  error instanceof Failure && ['forbidden', 'not_found', 'invalid_request'].includes(error.code)

/** First again soon, then with growing, scattered pauses of at most 3 s. */
const pauseMs = (failuresInRow: number): number =>
  Math.min(3_000, 50 * 2 ** Math.min(failuresInRow, 6)) * (0.5 + Math.random())
/** An agent that leaves ends its streams in form: another one takes them at once. */
const isHandedOver = (cause: unknown, failuresInRow: number): boolean =>
  cause === undefined && failuresInRow <= 1

/**
 * Carries a session's events from the agent to a reader until `signal` aborts. A stream that breaks is opened again after the last `seq`
 * written, without the reader noticing; nothing is written twice. While the reader has no room the agent's stream is paused.
 * Resolves on abort; rejects when the agent refuses for good.
 */
export async function runRelay(settings: Settings): Promise<void> {
  const { signal } = settings
  const sequence = createSequence(settings.after)
  let failuresInRow = 0
  while (!signal.aborted) {
    let cause: unknown
    try {
      const body = await settings.open(sequence.last(), signal)
      sequence.restart()
      const before = sequence.last()
      cause = await pump(body, settings, sequence)
      failuresInRow = sequence.last() > before ? 0 : failuresInRow + 1
    } catch (error) {
      if (signal.aborted) return
      if (isFinal(error)) throw error
      cause = error
      failuresInRow += 1
    }
    if (signal.aborted) return
    settings.onReconnect?.(cause)
    if (isHandedOver(cause, failuresInRow)) continue
    await delay(pauseMs(failuresInRow), undefined, { signal }).catch(() => undefined)
  }
}

/** Resolves when this stream is over, with what broke it where something did. */
function pump(
  body: Readable,
  { sink, signal, maxEventBytes, silenceMs }: Settings,
  sequence: ReturnType<typeof createSequence>,
): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  let cause: unknown
  const splitter = createEventSplitter({ maxEventBytes })
  const end = () => void body.destroy()
  const silence = setTimeout(() => (body.isPaused() ? silence.refresh() : end()), silenceMs)
  const onChunk = (chunk: Buffer) => {
    silence.refresh()
    try {
      const next = sequence.next(splitter.push(chunk))
      const hasRoom = next.events.length === 0 || sink.write(next.events)
      if (next.gap) return end()
      if (hasRoom) return
      body.pause()
      void sink.room().then(() => body.resume())
    } catch (error) {
      cause = error
      end()
    }
  }
  signal.addEventListener('abort', end, { once: true })
  body.on('data', onChunk)
  body.on('error', (error) => {
    cause ??= error
  })
  body.once('close', () => {
    clearTimeout(silence)
    signal.removeEventListener('abort', end)
    resolve(cause)
  })
  if (signal.aborted) end()
  return promise
}
