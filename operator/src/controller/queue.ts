import type { Clock } from '../clock.ts'

/** `low` waits until nothing `high` does: a resync never stands in the way of news. */
export type Priority = 'high' | 'low'

export type Queue = ReturnType<typeof createQueue>

type Settings = {
  readonly clock: Clock
  /** After the first failure of a key in a row; doubled by each. */
  readonly firstMs?: number
  readonly longestMs?: number
}

export type Taken = { readonly key: string; readonly waitedMs: number }

type Waiting = { priority: Priority; readonly since: number }
type Delayed = { at: number; priority: Priority; cancel: () => void; isRetry: boolean }

/**
 * Keys to work on. A key waits at most once, is worked on by one at a time, and an add is never lost: one that comes
 * while the key is worked on leads to one more run afterwards, however many there were.
 */
export function createQueue({ clock, firstMs = 5, longestMs = 1_000_000 }: Settings) {
  const waiting = new Map<string, Waiting>()
  /** In the order of adding; an entry counts only while its key waits with this priority. */
  const lines: Record<Priority, string[]> = { high: [], low: [] }
  const heads: Record<Priority, number> = { high: 0, low: 0 }
  const underWork = new Set<string>()
  /** Added while under work. */
  const again = new Map<string, Waiting>()
  const delayed = new Map<string, Delayed>()
  const failures = new Map<string, number>()
  const takers: ((taken: Taken | undefined) => void)[] = []
  const finished = Promise.withResolvers<void>()
  let closed = false

  const merge = (
    into: Map<string, Waiting>,
    key: string,
    { priority, since }: Waiting,
  ): boolean => {
    const known = into.get(key)
    if (known && (known.priority === 'high' || priority === 'low')) return false
    into.set(key, { priority, since: known?.since ?? since })
    return true
  }

  /** What was handed out is let go, though the line may never run empty. */
  const shorten = (priority: Priority) => {
    if (heads[priority] < 1_024 || heads[priority] * 2 < lines[priority].length) return
    lines[priority] = lines[priority].slice(heads[priority])
    heads[priority] = 0
  }

  const next = (priority: Priority): string | undefined => {
    shorten(priority)
    const line = lines[priority]
    while (heads[priority] < line.length) {
      const key = line[heads[priority]++]!
      if (waiting.get(key)?.priority === priority) return key
    }
    lines[priority] = []
    heads[priority] = 0
    return undefined
  }

  const pick = (): Taken | undefined => {
    const key = next('high') ?? next('low')
    if (key === undefined) return undefined
    const { since } = waiting.get(key)!
    waiting.delete(key)
    underWork.add(key)
    return { key, waitedMs: clock.now() - since }
  }

  const hand = () => {
    while (takers.length > 0) {
      const taken = pick()
      if (!taken) return
      takers.shift()!(taken)
    }
  }

  const enter = (key: string, entry: Waiting) => {
    if (underWork.has(key)) merge(again, key, entry)
    else if (merge(waiting, key, entry)) {
      lines[entry.priority].push(key)
      hand()
    }
  }

  const add = (key: string, priority: Priority = 'high'): void => {
    if (!closed) enter(key, { priority, since: clock.now() })
  }

  /** Once, at that time; of two the sooner one stays, for the run itself says when to look again. */
  const delay = (
    key: string,
    ms: number,
    { priority, isRetry }: { priority: Priority; isRetry: boolean },
  ): void => {
    if (closed) return
    if (ms <= 0) return add(key, priority)
    const at = clock.now() + ms
    const known = delayed.get(key)
    if (known && known.at <= at) {
      if (priority === 'high') known.priority = 'high'
      return
    }
    known?.cancel()
    const entry: Delayed = {
      at,
      priority: known?.priority === 'high' ? 'high' : priority,
      isRetry,
      cancel: clock.after(ms, () => {
        delayed.delete(key)
        add(key, entry.priority)
      }),
    }
    delayed.set(key, entry)
  }

  return {
    add,
    addAfter: (key: string, ms: number, priority: Priority = 'high'): void =>
      delay(key, ms, { priority, isRetry: false }),
    /**
     * Adds a key that failed again, later with each failure in a row and never sooner than asked; answers how much later. A run
     * that news caused before the retry was due is no try of its own, or much news would put off the next for hours.
     */
    retry(key: string, atLeastMs = 0): number {
      const due = delayed.get(key)
      if (due?.isRetry) return Math.max(0, due.at - clock.now())
      const count = failures.get(key) ?? 0
      failures.set(key, count + 1)
      const ms = Math.max(atLeastMs, Math.min(firstMs * 2 ** count, longestMs))
      delay(key, ms, { priority: 'high', isRetry: true })
      return ms
    },
    /** The key did not fail: the next failure is its first. */
    forget(key: string): void {
      failures.delete(key)
    },
    failures: (key: string): number => failures.get(key) ?? 0,
    /** The next key, when there is one; undefined once the queue is shut. Each taken key is given back by `done`. */
    take(): Promise<Taken | undefined> {
      if (closed) return Promise.resolve(undefined)
      return new Promise((resolve) => {
        takers.push(resolve)
        hand()
      })
    },
    done(key: string): void {
      underWork.delete(key)
      const entry = again.get(key)
      again.delete(key)
      if (entry && !closed) enter(key, entry)
      if (closed && underWork.size === 0) finished.resolve()
    },
    /** Keys that could be worked on now. */
    depth: (): number => waiting.size,
    /** Takes nothing in and gives nothing out any more; resolves when no key is under work. */
    shutDown(): Promise<void> {
      closed = true
      waiting.clear()
      again.clear()
      for (const { cancel } of delayed.values()) cancel()
      delayed.clear()
      for (const taker of takers.splice(0)) taker(undefined)
      if (underWork.size === 0) finished.resolve()
      return finished.promise
    },
  }
}
