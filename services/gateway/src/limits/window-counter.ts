/** Counts uses within windows of a minute, in memory, for one socket; `take` is false once the window's share is used up. */
export function createWindowCounter(perMinute: number) {
  let windowStart = -Infinity
  let used = 0
  return {
    take(now: number): boolean {
      if (now - windowStart >= 60_000) {
        windowStart = now
        used = 0
      }
      used += 1
      return used <= perMinute
    },
  }
}
