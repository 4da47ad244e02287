import type { Log } from '@codelab/runtime/log'
import type { Metrics } from '@codelab/runtime/metrics'
import type { DeltaBatch } from '../store/append-deltas.ts'
import type { EventRow } from './event-row.ts'

/** The port to the store. */
export type DeltaStore = {
  append(batches: readonly DeltaBatch[]): Promise<Map<string, number>>
  stored(batches: readonly DeltaBatch[]): Promise<Map<string, number>>
}

type Parts = {
  store: DeltaStore
  publish: (sessionId: string, rows: EventRow[]) => void
  log: Log
  metrics: Metrics
  retryMs?: number
}

export type DeltaStream = {
  /** Takes a piece of text; it leaves the process once it is committed. */
  readonly push: (piece: string) => void
  /** Resolves when all pieces are committed; false when the session has another holder and they were refused. */
  drained(): Promise<boolean>
  /** Forgets what waits. */
  close(): void
}

type Open = {
  readonly sessionId: string
  readonly fence: number
  readonly messageId: string
  waiting: string[]
  written: number
  refused: boolean
  onRefused: () => void
  settled: PromiseWithResolvers<boolean> | undefined
}

const batchOf = ({ sessionId, fence, messageId }: Open, pieces: string[]): DeltaBatch => ({
  sessionId,
  fence,
  messageId,
  pieces,
})

export type DeltaWriter = ReturnType<typeof createDeltaWriter>

/**
 * One flusher for all answers of a worker: pieces that wait are committed together in one statement, and the next statement starts
 * as soon as the last one is done. No timer holds a piece back.
 */
export function createDeltaWriter({ store, publish, log, metrics, retryMs = 100 }: Parts) {
  const streams = new Map<string, Open>()
  const latency = metrics.histogram('flush_duration_seconds', 'Time to commit a batch of pieces.')
  const pieces = metrics.counter('pieces_total', 'Pieces of text committed to the log.')
  let running = false

  const settle = (open: Open) => {
    if (open.waiting.length > 0 && !open.refused) return
    open.settled?.resolve(!open.refused)
    open.settled = undefined
  }
  const refuse = (open: Open) => {
    open.refused = true
    open.waiting = []
    open.onRefused()
    settle(open)
  }

  const flush = async (ready: readonly Open[]) => {
    const batches = ready.map((open) => batchOf(open, [...open.waiting]))
    const end = latency.startTimer()
    const firsts = await store.append(batches)
    end()
    for (const [index, { sessionId, messageId, pieces: written }] of batches.entries()) {
      const open = ready[index]!
      const seq = firsts.get(sessionId)
      if (seq === undefined) {
        refuse(open)
        continue
      }
      open.waiting = open.waiting.slice(written.length)
      open.written += written.length
      pieces.inc(written.length)
      const last_seq = seq + written.length - 1
      publish(sessionId, [{ kind: 'token', seq, last_seq, message_id: messageId, body: written }])
      settle(open)
    }
  }

  /** After a failed statement nobody knows whether it was committed: ask the log before anything is written again. */
  const recover = async (batch: readonly Open[]) => {
    const stored = await store.stored(batch.map((open) => batchOf(open, [])))
    for (const open of batch) {
      const surplus = (stored.get(open.messageId) ?? 0) - open.written
      if (surplus <= 0) continue
      open.waiting = open.waiting.slice(surplus)
      open.written += surplus
      settle(open)
    }
  }

  const run = async () => {
    let unsure = false
    for (;;) {
      const batch = [...streams.values()].filter((open) => open.waiting.length > 0)
      if (batch.length === 0) return
      try {
        if (unsure) await recover(batch)
        unsure = false
        const ready = batch.filter((open) => open.waiting.length > 0)
        if (ready.length > 0) await flush(ready)
      } catch (error) {
        if (!unsure) log.warn({ err: error }, 'the log cannot be written; trying again')
        unsure = true
        await new Promise((resolve) => setTimeout(resolve, retryMs))
      }
    }
  }

  const wake = () => {
    if (running) return
    running = true
    // `run` catches what the store throws; what is left is a bug, and must not end the flusher for good.
    run()
      .catch((error: unknown) => log.error({ err: error }, 'the flusher stopped'))
      .finally(() => {
        running = false
        if ([...streams.values()].some((open) => open.waiting.length > 0)) wake()
      })
  }

  return {
    /** Opens the stream of one answer. `onRefused` is called when the session turns out to have another holder. */
    open(of: {
      sessionId: string
      fence: number
      messageId: string
      onRefused: () => void
    }): DeltaStream {
      const open: Open = {
        ...of,
        waiting: [],
        written: 0,
        refused: false,
        settled: undefined,
      }
      streams.set(of.sessionId, open)
      return {
        push(piece) {
          if (open.refused) return
          open.waiting.push(piece)
          wake()
        },
        drained() {
          if (open.refused || open.waiting.length === 0) return Promise.resolve(!open.refused)
          open.settled ??= Promise.withResolvers<boolean>()
          return open.settled.promise
        },
        close() {
          if (streams.get(of.sessionId) === open) streams.delete(of.sessionId)
          open.refused = true
          settle(open)
        },
      }
    },
  }
}
