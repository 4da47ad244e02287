import { fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { until } from '../../support/until.ts'
import { withDatabase } from '../../support/stores.ts'

/** A store's server process. */
export type Store = {
  /** SIGKILL, or another signal that ends it; resolves when it has been started again and answers. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** SIGSTOP, and SIGCONT. */
  pause(): Promise<void>
  resume(): Promise<void>
}

export type FleetStores = {
  readonly postgres: Store
  readonly redis: Store & { flushAll(): Promise<void> }
  /** The stores' own addresses; members use the links. */
  readonly urls: { readonly agentUrl: string; readonly authUrl: string; readonly redisUrl: string }
  stop(): Promise<void>
}

const backWithinMs = 60_000

function storeOf(pidFile: string, answers: () => Promise<unknown>): Store {
  const pid = async () => parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10) || undefined
  const send = async (signal: NodeJS.Signals) => process.kill((await pid())!, signal)
  return {
    async kill(signal = 'SIGKILL') {
      const before = await pid()
      await send(signal)
      await until(
        `${pidFile} to name another process that answers`,
        async () => {
          const now = await pid()
          return now !== undefined && now !== before && answers().catch(() => false)
        },
        backWithinMs,
      )
    },
    pause: async () => void (await send('SIGSTOP')),
    resume: async () => void (await send('SIGCONT')),
  }
}

async function withRedis<Result>(url: string, work: (redis: Redis) => Promise<Result>) {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    return await work(redis)
  } finally {
    redis.disconnect()
  }
}

/** A PostgreSQL and a Redis of a fleet's own below `folder`; both keep their ports over every restart. */
export async function startStores(folder: string): Promise<FleetStores> {
  const log = openSync(join(folder, 'logs', 'stores.log'), 'a')
  const child = fork(join(import.meta.dirname, 'stores-process.ts'), [folder], {
    execPath: process.execPath,
    execArgv: [],
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  const ended = once(child, 'exit')
  const urls = await Promise.race([
    once(child, 'message').then(([message]) => message as FleetStores['urls']),
    ended.then(() => {
      throw new Error(`the stores of the fleet did not start; see ${folder}/logs/stores.log`)
    }),
  ])
  return {
    urls,
    postgres: storeOf(join(folder, 'postgres/data/postmaster.pid'), () =>
      withDatabase(urls.agentUrl, (client) => client.query('select 1')),
    ),
    redis: {
      ...storeOf(join(folder, 'redis/redis.pid'), () =>
        withRedis(urls.redisUrl, (redis) => redis.ping()),
      ),
      flushAll: () => withRedis(urls.redisUrl, async (redis) => void (await redis.flushall())),
    },
    async stop() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}
