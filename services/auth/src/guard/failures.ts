import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'

/** Failed attempts of a key within the window. */
export type Failures = {
  /** How many, and the seconds until they are forgotten. */
  read: (key: string) => Promise<{ count: number; secondsLeft: number }>
  add: (key: string) => Promise<void>
  forget: (key: string) => Promise<void>
}

type Options = { redis: Redis; points: number; windowSeconds: number; prefix: string }

/** Counted in Redis for all instances; while Redis is away each process counts for itself, so the guard is never open and never shut. */
export function createFailures({ redis, points, windowSeconds, prefix }: Options): Failures {
  const memory = new RateLimiterMemory({ points, duration: windowSeconds })
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    points,
    duration: windowSeconds,
    keyPrefix: prefix,
    rejectIfRedisNotReady: true,
    insuranceLimiter: memory,
  })
  const digest = (key: string) => createHash('sha256').update(key).digest('base64url')

  return {
    async read(key) {
      const found = await limiter.get(digest(key))
      return {
        count: found?.consumedPoints ?? 0,
        secondsLeft: Math.max(1, Math.ceil((found?.msBeforeNext ?? 0) / 1000)),
      }
    },
    async add(key) {
      await limiter.penalty(digest(key))
    },
    async forget(key) {
      await limiter.delete(digest(key))
      await memory.delete(digest(key))
    },
  }
}
