import { Redis } from 'ioredis'
import type { Log } from './log.ts'

export type { Redis } from 'ioredis'

/**
 * A Redis connection of a service that can do without: commands fail fast while it is away (no queue, 1 s), the connection
 * comes back by itself for ever, also from a server that says nothing any more (5 s after a command, 20 s without one). One multiplexed
 * connection serves all callers, well below the bound of 50.
 */
export function createRedis({ url, log, name }: { url: string; log: Log; name: string }): Redis {
  const redis = new Redis(url, {
    connectionName: name,
    lazyConnect: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 1_000,
    connectTimeout: 2_000,
    keepAlive: 10_000,
    socketTimeout: 5_000,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.min(100 * 2 ** Math.min(attempt, 5), 2_000),
  })
  let away = false
  redis.on('error', (error: Error) => {
    if (!away) log.warn({ err: error, connection: name }, 'redis is away')
    away = true
  })
  redis.on('ready', () => {
    if (away) log.info({ connection: name }, 'redis is back')
    away = false
  })
  return redis
}
