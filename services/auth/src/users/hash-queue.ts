import { Failure } from '@codelab/runtime/failure'

export type HashQueue = ReturnType<typeof createHashQueue>

/** Runs at most `concurrency` hashes at once, in order, with at most `waiting` behind them; the next is refused as `unavailable`. */
export function createHashQueue({
  concurrency,
  waiting,
}: {
  concurrency: number
  waiting: number
}) {
  let running = 0
  const queue: (() => void)[] = []

  const release = () => {
    const next = queue.shift()
    if (next) next()
    else running -= 1
  }

  const acquire = (): Promise<void> => {
    if (running < concurrency) {
      running += 1
      return Promise.resolve()
    }
    if (queue.length >= waiting) {
      throw new Failure('unavailable', {
        message: 'Too many sign-ins are under way; try again in a few seconds.',
        retryAfterSeconds: 2,
      })
    }
    return new Promise((resolve) => queue.push(resolve))
  }

  return {
    /** Hashes that wait. */
    depth: () => queue.length,
    async run<Result>(work: () => Promise<Result>): Promise<Result> {
      await acquire()
      try {
        return await work()
      } finally {
        release()
      }
    },
  }
}
