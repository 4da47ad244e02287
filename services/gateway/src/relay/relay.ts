import { setTimeout as delay } from 'node:timers/promises'
import { Failure } from '@codelab/runtime/failure'
import { createEventSplitter, type RelayedEvent } from './event-splitter.ts'
import { createSequence } from './sequence.ts'

/** The reader's side: `write` answers whether it has room for more; `room` resolves when it has again. */
export type RelaySink = {
  write(events: readonly RelayedEvent[]): boolean
  room(): Promise<void>
}

/** A stream of the agent that is open. */
export type EventStream = {
  pause(): void
  resume(): void
  isPaused(): boolean
  close(): void
}

/** Who reads a stream. */
export type StreamListener = {
  /** Before anything else. */
  opened(stream: EventStream): void
  /** A piece: a view that holds until `batch` returns. */
  bytes(view: Buffer): void
  /** All that came at once has been given. */
  batch(): void
  /** After everything else of a stream that was open, with what broke it where something did. */
  ended(cause: unknown): void
}

type Settings = {
  /** Opens the agent's stream after a `seq`, and resolves when it is open. Rejects with the agent's failure. */
  readonly open: (after: number, listener: StreamListener, signal: AbortSignal) => Promise<void>
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
      const before = sequence.last()
      cause = await pump(settings, sequence)
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

/** Resolves when this stream is over, with what broke it where something did; rejects when it could not be opened. */
async function pump(
  { open, sink, signal, maxEventBytes, silenceMs }: Settings,
  sequence: ReturnType<typeof createSequence>,
): Promise<unknown> {
  const over = Promise.withResolvers<unknown>()
  const splitter = createEventSplitter({ maxEventBytes })
  let cause: unknown
  let stream: EventStream | undefined
  let silence: NodeJS.Timeout | undefined
  let batch: RelayedEvent[] = []
  let gap = false

  const end = () => stream?.close()
  sequence.restart()
  await open(
    sequence.last(),
    {
      opened(open) {
        stream = open
        silence = setTimeout(() => (open.isPaused() ? silence?.refresh() : end()), silenceMs)
      },
      bytes(view) {
        if (gap || cause !== undefined) return
        try {
          const next = sequence.next(splitter.push(view))
          for (const event of next.events) batch.push(event)
          gap = next.gap
        } catch (error) {
          cause = error
        }
      },
      batch() {
        silence?.refresh()
        const hasRoom = batch.length === 0 || sink.write(batch)
        batch = []
        if (gap || cause !== undefined) return end()
        if (hasRoom) return
        stream?.pause()
        void sink.room().then(() => stream?.resume())
      },
      ended(why) {
        clearTimeout(silence)
        over.resolve(cause ?? why)
      },
    },
    signal,
  )
  return over.promise
}
