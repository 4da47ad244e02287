import { Failure } from '@codelab/runtime/failure'
import type { Metrics } from '@codelab/runtime/metrics'
import type { Redis } from '@codelab/runtime/redis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'

export type Limiter = {
  /** Counts one; throws `rate_limited` with the seconds to wait once the minute's share is used up. */
  consume(key: string): Promise<void>
}

/** So many uses per key and minute over all instances; while Redis is away each instance counts for itself. */
export function createLimiters({ redis, metrics }: { redis: Redis; metrics: Metrics }) {
  const hits = metrics.counter('rate_limit_hits_total', 'Refusals by limit.', ['limit'])
  return (name: string, perMinute: number): Limiter => {
    const shared = { points: perMinute, duration: 60, keyPrefix: `limit:${name}` }
    const limiter = new RateLimiterRedis({
      ...shared,
      storeClient: redis,
      rejectIfRedisNotReady: true,
      inMemoryBlockOnConsumed: perMinute + 1,
      insuranceLimiter: new RateLimiterMemory(shared),
    })
    return {
      async consume(key) {
        try {
          await limiter.consume(key)
        } catch (refusal) {
          if (!(refusal instanceof RateLimiterRes)) throw refusal
          hits.inc({ limit: name })
          throw new Failure('rate_limited', {
            retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)),
          })
        }
      },
    }
  }
}
