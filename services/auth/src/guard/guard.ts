import { Failure } from '@codelab/runtime/failure'
import type { Failures } from './failures.ts'

type Options = {
  failures: Failures
  /** Failures after which a key is shut until they are forgotten. */
  limit: number
  /** Attempts of one key that may wait for each other. */
  waiting: number
}

/**
 * Shuts a key after `limit` failures. Attempts of one key run one after the other, so that many at once are no way around the
 * count; a success forgets the failures.
 */
export function createGuard({ failures, limit, waiting }: Options) {
  const lines = new Map<string, { last: Promise<unknown>; length: number }>()

  const guarded = async <Result>(key: string, work: () => Promise<Result | undefined>) => {
    const { count, secondsLeft } = await failures.read(key)
    if (count >= limit) {
      throw new Failure('rate_limited', {
        message: 'Too many failed sign-ins; wait and try again.',
        retryAfterSeconds: secondsLeft,
      })
    }
    const result = await work()
    if (result === undefined) await failures.add(key)
    else if (count > 0) await failures.forget(key)
    return result
  }

  return {
    async attempt<Result>(
      key: string,
      work: () => Promise<Result | undefined>,
    ): Promise<Result | undefined> {
      const line = lines.get(key) ?? { last: Promise.resolve(), length: 0 }
      if (line.length >= waiting) {
        throw new Failure('unavailable', {
          message: 'Too many sign-ins are under way; try again in a few seconds.',
          retryAfterSeconds: 2,
        })
      }
      line.length += 1
      lines.set(key, line)
      const turn = line.last.then(() => guarded(key, work))
      line.last = turn.catch(() => undefined)
      try {
        return await turn
      } finally {
        line.length -= 1
        if (line.length === 0) lines.delete(key)
      }
    },
  }
}
