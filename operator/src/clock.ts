/** Time as a parameter. `now` never goes backwards and is nobody's wall clock: only differences mean something. */
export type Clock = {
  /** Milliseconds. */
  now(): number
  /** Runs once, after so many milliseconds; the answer takes it back. */
  after(ms: number, run: () => void): () => void
}

const longestTimer = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, longestTimer))
    return () => clearTimeout(timer)
  },
}

/** Resolves after so many milliseconds, or at once when the signal is aborted: ask the signal afterwards. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(ms, end)
    signal.addEventListener('abort', end)
  })
}
