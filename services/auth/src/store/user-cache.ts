import { createTieredCache, type TieredCache } from '@codelab/runtime/cache'
import type { Metrics } from '@codelab/runtime/metrics'
import type { Redis } from '@codelab/runtime/redis'
import type { User } from '../users/user.ts'

type Parts = {
  redis: Redis | undefined
  ttlSeconds: number
  load: (id: string) => Promise<User | undefined>
  metrics: Metrics
}

/** No other instance can drop what this one holds in memory, so that level is short. */
const memorySeconds = 5

/**
 * User records by id: every refresh asks for one (roles, disabled). Who changes a user drops the entry and ends the user's
 * grants in the same stroke, so that a stale entry can refresh nothing.
 */
export const createUserCache = ({ redis, ttlSeconds, load, metrics }: Parts): TieredCache<User> =>
  createTieredCache<User>({
    name: 'auth-user',
    ttlSeconds,
    memorySeconds,
    max: 10_000,
    redis,
    load,
    metrics,
  })
