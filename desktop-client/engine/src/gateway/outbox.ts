import type { ClientFrame, ServerFrame } from '@codelab/contracts/frames'

/** What a frame from the server means for something that was sent. */
export type Verdict<Value> =
  | { readonly done: Value }
  | { readonly failed: Error }
  | { readonly againMs: number }
  | undefined

export type Posting<Value> = {
  /** Two postings of one key are one. */
  readonly key: string
  readonly frame: ClientFrame
  readonly judge: (frame: ServerFrame) => Verdict<Value>
}

type Entry = {
  readonly posting: Posting<unknown>
  readonly outcome: PromiseWithResolvers<unknown>
  sent: boolean
  timer?: NodeJS.Timeout
}

/** Keeps what was sent until the server has taken it, and sends it again on each new connection. */
export type Outbox = {
  post<Value>(posting: Posting<Value>): Promise<Value>
  /** Shows a frame from the server to everything that waits. */
  judge(frame: ServerFrame): void
  /** A new connection is ready, or a refused one is good again: whatever waits goes out, oldest first. */
  flush(): void
  /** Everything that still waits goes out once more: what was refused for its token comes in again. */
  resend(): void
  /** The connection is gone: nothing counts as sent any more. */
  lost(): void
  /** Nobody will take it any more: everything that waits fails. */
  fail(error: Error): void
}

/** `send` answers false while there is no connection that takes frames. */
export function createOutbox(send: (frame: ClientFrame) => boolean): Outbox {
  const entries = new Map<string, Entry>()

  const transmit = (entry: Entry) => {
    if (!entry.sent) entry.sent = send(entry.posting.frame)
  }
  const drop = (entry: Entry) => {
    clearTimeout(entry.timer)
    entries.delete(entry.posting.key)
  }
  const retry = (entry: Entry, delay: number) => {
    clearTimeout(entry.timer)
    entry.timer = setTimeout(() => {
      entry.sent = false
      transmit(entry)
    }, delay)
  }

  const consider = (entry: Entry, frame: ServerFrame) => {
    const verdict = entry.posting.judge(frame)
    if (verdict === undefined) return
    if ('againMs' in verdict) return retry(entry, verdict.againMs)
    drop(entry)
    if ('done' in verdict) entry.outcome.resolve(verdict.done)
    else entry.outcome.reject(verdict.failed)
  }

  const flush = () => {
    for (const entry of entries.values()) transmit(entry)
  }
  const lost = () => {
    for (const entry of entries.values()) {
      clearTimeout(entry.timer)
      entry.sent = false
    }
  }

  return {
    post: <Value>(posting: Posting<Value>) => {
      const known = entries.get(posting.key)
      if (known) return known.outcome.promise as Promise<Value>
      const entry: Entry = { posting, outcome: Promise.withResolvers<unknown>(), sent: false }
      entries.set(posting.key, entry)
      transmit(entry)
      return entry.outcome.promise as Promise<Value>
    },
    judge: (frame) => {
      for (const entry of entries.values()) consider(entry, frame)
    },
    flush,
    resend: () => {
      lost()
      flush()
    },
    lost,
    fail: (error) => {
      for (const entry of entries.values()) {
        drop(entry)
        entry.outcome.reject(error)
      }
    },
  }
}
