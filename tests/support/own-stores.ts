import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@codelab/runtime/log'
import { startPostgres } from '@codelab/standalone/stores/postgres'
import { startRedis } from '@codelab/standalone/stores/redis'

/** A PostgreSQL and a Redis of the test's own, started as `npm start` starts them. */
export async function startOwnStores() {
  const folder = await mkdtemp(join(tmpdir(), 'codelab-stores-'))
  const log = createLog({ service: 'tests', level: 'fatal' })
  const [postgres, redis] = await Promise.all([
    startPostgres({ folder: join(folder, 'postgres'), password: 'test', log }),
    startRedis({ folder: join(folder, 'redis'), password: 'test', say: () => undefined, log }),
  ])
  return {
    databaseUrl: (name: string) => postgres.databaseUrl(name),
    redisUrl: redis.url,
    async stop() {
      await Promise.all([redis.stop(), postgres.stop()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}
export type OwnStores = Awaited<ReturnType<typeof startOwnStores>>
