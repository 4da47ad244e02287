const firstMs = 250
const longestMs = 15_000

/** Milliseconds to wait before try `attempt` (0, 1, …): doubling, with the upper half left to chance so that clients of a restarted server do not come at once. */
export function backOff(attempt: number, random: () => number): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 16))
  return Math.round(ceiling / 2 + (random() * ceiling) / 2)
}
