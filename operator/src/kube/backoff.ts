import type { Clock } from '../clock.ts'

type Settings = {
  readonly clock: Clock
  readonly random: () => number
  readonly firstMs?: number
  readonly longestMs?: number
  /** What lived this long has earned a fresh start; an event alone has not. */
  readonly healthyMs?: number
}

/** Waits between attempts: doubled each time, spread over the doubling, never longer than the longest. */
export function createBackoff({
  clock,
  random,
  firstMs = 800,
  longestMs = 30_000,
  healthyMs = 120_000,
}: Settings) {
  let attempts = 0
  return {
    /** Milliseconds until the next attempt; `aliveSince` when the last one began to work, if it did. */
    next({ aliveSince, failed }: { aliveSince: number | undefined; failed: boolean }): number {
      if (aliveSince !== undefined && clock.now() - aliveSince >= healthyMs) {
        attempts = 0
        if (!failed) return 0
      }
      const base = Math.min(firstMs * 2 ** attempts, longestMs / 2)
      attempts += 1
      return base * (1 + random())
    },
  }
}
