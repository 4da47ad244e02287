import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createLog } from '@codelab/runtime/log'
import { startPostgres } from '@codelab/standalone/stores/postgres'
import { startRedis } from '@codelab/standalone/stores/redis'
import { programPath } from '../../cluster/harness/programs.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { figuresOf } from '../auth/figures.ts'
import { comparison, pageOf } from '../auth/page.ts'
import { type Extent, measureRounds } from '../auth/rounds.ts'
import { startBareProvider } from '../auth/sides/bare-provider.ts'
import { startService } from '../auth/sides/service.ts'
import { type Bench, type Figure, rounds, type Surroundings, type Wish } from '../bench.ts'
import { keepPage } from '../keep-page.ts'
import { createPrograms } from '../peers/programs.ts'

/** Enough that hashes always wait, and none so long that a caller would give up. */
const callers = 16

const full: Extent = { rounds, seconds: 3, requests: 0, withinMs: 10 * 60_000 }
/** Tries the bench itself. */
const small: Extent = { rounds: 2, seconds: 0.5, requests: 50, withinMs: 60_000 }

const pidIn = async (file: string) => Number((await readFile(file, 'utf8')).split('\n')[0])

async function withStores<Result>(
  folder: string,
  use: (stores: {
    url: (database: string) => Promise<string>
    redisUrl: string
    pids: number[]
  }) => Promise<Result>,
): Promise<Result> {
  await using opened = new AsyncDisposableStack()
  const log = createLog({ service: 'bench', level: 'warn' })
  const [forPostgres, forRedis] = [join(folder, 'postgres'), join(folder, 'redis')]
  const postgres = await startPostgres({ folder: forPostgres, password: 'bench', log })
  opened.defer(() => postgres.stop())
  const say = () => undefined
  const redis = await startRedis({ folder: forRedis, password: 'bench', say, log })
  opened.defer(() => redis.stop())
  const files = [join(forPostgres, 'data/postmaster.pid'), join(forRedis, 'redis.pid')]
  const pids = await Promise.all(files.map(pidIn))
  return await use({ url: (database) => postgres.databaseUrl(database), redisUrl: redis.url, pids })
}

async function run(wanted: Surroundings & Wish): Promise<Figure[]> {
  const { folder, say, machine, small: isSmall, record, seed } = wanted
  if (isSmall && record) throw new Error('--small has no figures that --record could keep')
  say(`seed ${seed}`)
  const load = await programPath('bench-load')
  const programs = createPrograms(folder)
  try {
    return await withStores(folder, async ({ url, redisUrl, pids }) => {
      const databaseUrl = await url('auth')
      const service = await startService({ folder, programs, databaseUrl, redisUrl, callers })
      const bare = await startBareProvider({ programs, databaseUrl: await url('bare') })
      const results = await measureRounds({
        ...{ service, bare, load, callers, say, stores: pids },
        extent: isSmall ? small : full,
        random: seededRandom(seed),
        logFiles: programs.logFiles,
      })
      const figures = figuresOf(results)
      say(`all cases:\n\n${comparison(results)}\n`)
      const done = String(results.get('sign-ins')!.length)
      const facts = { ...machine, seed: String(seed), rounds: done }
      if (record) {
        await keepPage('auth', {
          page: (tried) => pageOf(results, figures, { facts, tried }),
          data: { facts, figures, cases: Object.fromEntries(results) },
        })
      }
      await programs.stop()
      return figures
    })
  } finally {
    await programs.stop()
  }
}

/** auth beside what nobody can do without: the hash of a password, and oidc-provider on the same database. */
export const auth: Bench = {
  name: 'auth',
  about:
    'sign-ins beside the bare hash, refreshes and keys beside the bare oidc-provider (about 4 minutes)',
  onlyWhenNamed: true,
  run,
}
