import type { Clock } from '@codelab/operator/clock'

/** A clock that stands still until a test moves it. */
export function createFakeClock() {
  let now = 0
  let order = 0
  const timers = new Map<number, { at: number; run: () => void }>()
  const clock: Clock = {
    now: () => now,
    after(ms, run) {
      const id = order++
      timers.set(id, { at: now + Math.max(0, ms), run })
      return () => timers.delete(id)
    },
  }
  const due = (end: number) =>
    Array.from(timers, ([id, timer]) => ({ id, ...timer }))
      .filter(({ at }) => at <= end)
      .sort((a, b) => a.at - b.at || a.id - b.id)[0]

  return {
    ...clock,
    /** How many timers are set. */
    pending: (): number => timers.size,
    /** Milliseconds until the next timer; undefined when none is set. */
    untilNext(): number | undefined {
      const next = due(Infinity)
      return next && next.at - now
    },
    /** Moves on and runs what falls due, in order; promises are given time between. */
    async advance(ms: number): Promise<void> {
      await settle()
      const end = now + ms
      for (let timer = due(end); timer; timer = due(end)) {
        timers.delete(timer.id)
        now = Math.max(now, timer.at)
        timer.run()
        await settle()
      }
      now = end
      await settle()
    },
    /** Moves on without running anything, as for a process that was stopped. */
    freeze(ms: number): void {
      now += ms
    },
  }
}

/** Lets promises that wait for nothing run to their end. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
