import type { FileChange } from '@codelab/contracts/frames'
import type { Log } from '@codelab/runtime/log'
import type { z } from 'zod'

export type Change = Required<z.infer<typeof FileChange>>
type Kind = Change['change']

const quietMs = 150
const tickMs = 50
const perTick = 5
const mostPending = 20_000
const manyPending = 200

export type ChangeQueue = {
  add(path: string, kind: Kind): void
  close(): void
}

export type ChangeQueueOptions = {
  readonly now: () => Date
  readonly log: Log
  readonly deliver: (change: Change) => Promise<void>
}

/** What two changes of one file come to; undefined when nothing is left of them. */
export function joined(first: Kind | undefined, then: Kind): Kind | undefined {
  if (first === undefined || first === then) return then
  if (first === 'created') return then === 'deleted' ? undefined : 'created'
  return then === 'created' ? 'modified' : then
}

/**
 * Joins the changes of each path and hands them on once it has been quiet for 150 ms, at most 100 a second in all.
 * What comes faster waits; only beyond 20,000 waiting paths are changes given up, and then the log says how many.
 */
export function createChangeQueue({ now, log, deliver }: ChangeQueueOptions): ChangeQueue {
  const pending = new Map<string, { kind: Kind; since: number; timestamp: string }>()
  let timer: NodeJS.Timeout | undefined
  let slowed = false
  let lost = 0

  const due = () => {
    const ready: Change[] = []
    for (const [path, { kind, since, timestamp }] of pending) {
      if (ready.length === perTick) break
      if (performance.now() - since < quietMs) continue
      pending.delete(path)
      ready.push({ path, timestamp, change: kind })
    }
    return ready
  }

  const tellPressure = () => {
    if (!slowed && pending.size > manyPending) {
      slowed = true
      log.info({ waiting: pending.size }, 'many files changed at once; they are told bit by bit')
    }
    if (lost > 0) log.warn({ lost }, 'too many files changed at once; some changes are not told')
    lost = 0
  }

  const tick = () => {
    tellPressure()
    for (const change of due()) {
      deliver(change).catch((error: unknown) =>
        log.warn({ err: error }, 'a change of a file could not be told'),
      )
    }
    if (pending.size > 0) return
    slowed = false
    clearInterval(timer)
    timer = undefined
  }

  return {
    add: (path, kind) => {
      const before = pending.get(path)
      const change = joined(before?.kind, kind)
      pending.delete(path)
      if (change === undefined) return
      if (pending.size >= mostPending) {
        lost += 1
        return
      }
      pending.set(path, {
        kind: change,
        since: performance.now(),
        timestamp: now().toISOString(),
      })
      timer ??= setInterval(tick, tickMs)
    },
    close: () => {
      clearInterval(timer)
      pending.clear()
    },
  }
}
