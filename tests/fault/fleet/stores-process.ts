import { join } from 'node:path'
import { createLog } from '@codelab/runtime/log'
import { startPostgres } from '@codelab/standalone/stores/postgres'
import { startRedis } from '@codelab/standalone/stores/redis'

/**
 * The stores of a fleet, in a process of their own that ends them when its parent is gone, however that happens: they are
 * supervised as in `npm start`, and so come back by themselves when a test kills them.
 */
async function main(folder: string): Promise<void> {
  const log = createLog({ service: 'stores', level: 'warn' })
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), password: 'test', log })
  const redis = await startRedis({
    folder: join(folder, 'redis'),
    password: 'test',
    say: () => undefined,
    log,
  })
  process.once('disconnect', () => {
    void Promise.all([redis.stop(), postgres.stop()]).then(() => process.exit(0))
  })
  process.send?.({
    redisUrl: redis.url,
    agentUrl: await postgres.databaseUrl('agent'),
    authUrl: await postgres.databaseUrl('auth'),
  })
}

await main(process.argv[2]!)
