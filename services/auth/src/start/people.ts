import type { Account } from 'oidc-provider'
import type { Pool } from 'pg'
import type { Metrics } from '@codelab/runtime/metrics'
import type { Redis } from '@codelab/runtime/redis'
import type { Config } from '../config.ts'
import { createFailures } from '../guard/failures.ts'
import { createGuard } from '../guard/guard.ts'
import { createOncePer } from '../guard/once-per.ts'
import { accountOf } from '../provider/account.ts'
import { createAudit } from '../store/audit.ts'
import type { Store } from '../store/open-store.ts'
import { createUserCache } from '../store/user-cache.ts'
import { createUsers } from '../store/users.ts'
import { createHashQueue } from '../users/hash-queue.ts'
import { createHashThreads } from '../users/hash-threads.ts'
import { verifyPassword } from '../users/password-hash.ts'
import { createSignIn } from '../users/sign-in.ts'

type Parts = { config: Config; store: Store; pool: Pool; redis: Redis; metrics: Metrics }

/** Failures of a user name from one source within fifteen minutes. */
const signInGuard = { points: 5, windowSeconds: 900, prefix: 'auth:sign-in' }
const throttledRecordMs = 60_000

/** Who may come in: users, their passwords, the guard before them and the record of it. */
export function createPeople({ config, store, pool, redis, metrics }: Parts) {
  const users = createUsers({ store, pool })
  const audit = createAudit(pool)
  const cache = createUserCache({
    redis,
    ttlSeconds: config.CACHE_TTL_S,
    load: users.findById,
    metrics,
  })

  const threads = createHashThreads()
  const queue = createHashQueue({
    concurrency: config.HASH_CONCURRENCY,
    waiting: config.HASH_QUEUE,
  })
  metrics.gauge('hash_queue_depth', 'Sign-ins that wait for a password hash.', [], (gauge) =>
    gauge.set(queue.depth()),
  )
  const hashSeconds = metrics.histogram('password_hash_seconds', 'Time of one password hash.')
  const outcomes = metrics.counter('sign_ins_total', 'Sign-ins by outcome.', ['outcome'])

  const signIn = createSignIn({
    findByName: users.findByName,
    verify: async (password, hash) => {
      const stop = hashSeconds.startTimer()
      const matches = await verifyPassword(password, hash, threads.derive)
      stop()
      return matches
    },
    queue,
    guard: createGuard({
      failures: createFailures({ redis, ...signInGuard }),
      limit: signInGuard.points,
      waiting: config.HASH_QUEUE,
    }),
    audit,
    count: (outcome) => outcomes.inc({ outcome }),
    noteThrottled: createOncePer(throttledRecordMs, Date.now),
  })

  const findUser = async (id: string) => {
    const user = await cache.get(id)
    return user?.disabled === false ? user : undefined
  }

  return {
    stop: () => threads.stop(),
    audit,
    signIn,
    /** The account of a user who is not disabled. */
    findAccount: async (id: string): Promise<Account | undefined> => {
      const user = await findUser(id)
      return user && accountOf(user)
    },
    findName: async (id: string): Promise<string | undefined> => (await findUser(id))?.name,
  }
}
