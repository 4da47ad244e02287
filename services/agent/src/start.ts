import { waitForDatabase } from '@codelab/runtime/postgres'
import type { Running } from '@codelab/runtime/process'
import { startAdmin } from '@codelab/runtime/serve'
import type { Config } from './config.ts'
import { countTokens } from './context/tokens.ts'
import { startApi } from './start-api.ts'
import { startJobs } from './start-jobs.ts'
import { startWorker } from './start-worker.ts'
import { migrate } from './store/migrate.ts'
import { createShared } from './start-shared.ts'

/** Starts the roles in `AGENT_ROLES`. Several instances of each may run, in one process too; they share nothing but their stores. */
export async function start(config: Config): Promise<Running> {
  const shared = await createShared(config)
  const { pool, log, metrics } = shared
  let stopping = false
  try {
    await waitForDatabase(pool, log)
    await migrate(config.DATABASE_URL, log)
    const worker = config.AGENT_ROLES.includes('worker') ? startWorker(config, shared) : undefined
    const jobs = config.AGENT_ROLES.includes('worker') ? startJobs(config, shared) : undefined
    const api = config.AGENT_ROLES.includes('api') ? await startApi(config, shared) : undefined
    const admin = await startAdmin({
      host: config.AGENT_HOST,
      port: config.ADMIN_PORT,
      metrics,
      // Once started, readiness does not depend on others: they slow it down or are answered with 503.
      ready: () => !stopping,
    })
    // The tokenizer takes a moment to load: not in somebody's first message.
    setImmediate(() => countTokens('warm'))
    log.info({ roles: config.AGENT_ROLES, url: api?.url }, 'agent started')
    return {
      url: api?.url ?? admin.url,
      adminUrl: admin.url,
      async stop(drain) {
        stopping = true
        await Promise.all([worker?.stop(drain), jobs?.stop(), api?.stop(drain)])
        await shared.close()
        await admin.close(0)
      },
    }
  } catch (error) {
    await shared.close()
    throw error
  }
}
