export type RetrySettings = {
  /** Tries in all, the first included. */
  readonly attempts: number
  readonly minMs: number
  readonly maxMs: number
}

/**
 * How long to wait before the next try, in ms: doubling from `minMs` to `maxMs`, up to half as much again at random, never less than the
 * vendor asks for. Undefined when it asks for more than the longest wait: then another model is the better answer.
 */
export const retryDelay = (
  { minMs, maxMs }: RetrySettings,
  {
    failedTries,
    retryAfterMs,
    random,
  }: {
    failedTries: number
    retryAfterMs: number | undefined
    random: () => number
  },
): number | undefined => {
  if (retryAfterMs !== undefined && retryAfterMs > maxMs) return undefined
  const base = Math.min(maxMs, minMs * 2 ** (failedTries - 1))
  const spread = Math.min(maxMs, base * (1 + random() / 2))
  return Math.max(spread, retryAfterMs ?? 0)
}
