import type { Pool } from 'pg'
import type { Log } from '@codelab/runtime/log'
import { createPool, waitForDatabase } from '@codelab/runtime/postgres'
import { createRedis, type Redis } from '@codelab/runtime/redis'
import type { Config } from '../config.ts'
import { migrate } from '../store/migrate.ts'
import { openStore, type Store } from '../store/open-store.ts'

export type Stores = { pool: Pool; redis: Redis; store: Store }

/** Opens both stores and brings the tables up to date. Waits for PostgreSQL; Redis may come later. */
export async function openStores(
  config: Pick<Config, 'DATABASE_URL' | 'REDIS_URL'>,
  log: Log,
  opened: AsyncDisposableStack,
): Promise<Stores> {
  const redis = createRedis({ url: config.REDIS_URL, log, name: 'auth' })
  opened.defer(() => redis.disconnect())
  const pool = createPool({ url: config.DATABASE_URL, log, applicationName: 'codelab-auth' })
  opened.defer(() => pool.end())
  await waitForDatabase(pool, log)
  const migrations = await migrate(config.DATABASE_URL, log)
  if (migrations > 0) log.info({ migrations }, 'the database tables are up to date')
  const store = await openStore(pool, log)
  opened.defer(() => store.close())
  return { pool, redis, store }
}
