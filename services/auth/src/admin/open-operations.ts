import { createLog } from '@codelab/runtime/log'
import { createMetrics } from '@codelab/runtime/metrics'
import { createPool } from '@codelab/runtime/postgres'
import { createRedis, type Redis } from '@codelab/runtime/redis'
import { Failure } from '@codelab/runtime/failure'
import type { KeyStore } from '../keys/key-ring.ts'
import { leadSecondsFor } from '../keys/lead.ts'
import { createSeal } from '../keys/seal.ts'
import { createAudit } from '../store/audit.ts'
import { createKeyStore } from '../store/keys.ts'
import { migrate } from '../store/migrate.ts'
import { openStore } from '../store/open-store.ts'
import { createUserCache } from '../store/user-cache.ts'
import { createUsers } from '../store/users.ts'
import { createOperations, type Operations } from './operations.ts'
import type { AdminConfig } from './settings.ts'

const redisPatienceMs = 1_500

/** Ready, or away: an administrator's command works without Redis too. */
const readyOrAway = (redis: Redis): Promise<void> =>
  new Promise((resolve) => {
    redis.once('ready', resolve)
    redis.once('error', () => resolve())
    setTimeout(resolve, redisPatienceMs).unref()
  })

const noKeys = (): Promise<never> =>
  Promise.reject(new Failure('invalid_request', { message: 'KEY_ENCRYPTION_KEY is not set.' }))

/** Opens the database (its tables brought up to date) and Redis, runs `work`, and closes both again. */
export async function withOperations<Result>(
  config: AdminConfig,
  work: (operations: Operations) => Promise<Result>,
): Promise<Result> {
  await using opened = new AsyncDisposableStack()
  const log = createLog({ service: 'auth-admin', level: config.LOG_LEVEL })
  const pool = createPool({
    url: config.DATABASE_URL,
    log,
    max: 2,
    applicationName: 'codelab-auth-admin',
  })
  opened.defer(() => pool.end())
  await migrate(config.DATABASE_URL, log)
  const store = await openStore(pool, log)
  opened.defer(() => store.close())

  const redis = config.REDIS_URL
    ? createRedis({ url: config.REDIS_URL, log, name: 'auth-admin' })
    : undefined
  if (redis) {
    opened.defer(() => redis.disconnect())
    await readyOrAway(redis)
  }

  const users = createUsers({ store, pool })
  const cache = createUserCache({
    redis,
    ttlSeconds: config.CACHE_TTL_S,
    load: users.findById,
    metrics: createMetrics('auth_admin', { processMetrics: false }),
  })
  const keys: KeyStore = config.KEY_ENCRYPTION_KEY
    ? createKeyStore({ pool, seal: createSeal(config.KEY_ENCRYPTION_KEY, 'signing-key') })
    : { load: noKeys, add: noKeys, remove: noKeys }
  return await work(
    createOperations({
      users,
      dropCached: (id) => cache.drop(id),
      keys,
      leadSeconds: leadSecondsFor(config),
      audit: createAudit(pool),
      now: () => new Date(),
    }),
  )
}
