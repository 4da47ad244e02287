import { join } from 'node:path'
import type { Log } from '@codelab/runtime/log'
import type { DataFolder } from '../data-folder.ts'
import type { Settings } from '../settings.ts'
import { startPostgres } from './postgres.ts'
import { startRedis } from './redis.ts'

export type Stores = {
  readonly agentUrl: string
  readonly authUrl: string
  readonly redisUrl: string
}

type Wanted = {
  readonly settings: Settings
  readonly folder: DataFolder
  readonly say: (line: string) => void
  readonly log: Log
  /** Told of each store as soon as it runs, with how to stop it. */
  readonly onStarted: (stop: () => Promise<void>) => void
}

async function openDatabases({ settings, folder, log, onStarted }: Wanted) {
  if (settings.DATABASE_URL)
    return { agentUrl: settings.DATABASE_URL, authUrl: settings.DATABASE_URL }
  const postgres = await startPostgres({
    folder: join(folder.path, 'postgres'),
    password: folder.secrets.database_password,
    log,
  })
  onStarted(() => postgres.stop())
  return {
    agentUrl: await postgres.databaseUrl('agent'),
    authUrl: await postgres.databaseUrl('auth'),
  }
}

async function openRedis({ settings, folder, say, log, onStarted }: Wanted) {
  if (settings.REDIS_URL) return settings.REDIS_URL
  const redis = await startRedis({
    folder: join(folder.path, 'redis'),
    password: folder.secrets.redis_password,
    say,
    log,
  })
  onStarted(() => redis.stop())
  return redis.url
}

/** The stores of the person's own, where given; else ones of ours below the data folder, both started at once. */
export async function openStores(wanted: Wanted): Promise<Stores> {
  const [databases, redis] = await Promise.allSettled([openDatabases(wanted), openRedis(wanted)])
  if (databases.status === 'rejected') throw databases.reason
  if (redis.status === 'rejected') throw redis.reason
  return { ...databases.value, redisUrl: redis.value }
}
