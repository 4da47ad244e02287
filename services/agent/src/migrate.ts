import { z } from 'zod'
import { createLog } from '@codelab/runtime/log'
import { databaseWithin } from '@codelab/runtime/patience'
import { createPool } from '@codelab/runtime/postgres'
import { logLevelSetting, readSettings, secondsSetting } from '@codelab/runtime/settings'
import { runTask } from '@codelab/runtime/task'
import { migrate } from './store/migrate.ts'

const MigrationConfig = z.object({
  DATABASE_URL: z.string().min(1),
  DATABASE_PATIENCE_S: secondsSetting.default(60),
  LOG_LEVEL: logLevelSetting,
})

await runTask('agent-migrate', async () => {
  const config = readSettings(MigrationConfig, process.env)
  const log = createLog({ service: 'agent-migrate', level: config.LOG_LEVEL })
  const pool = createPool({
    url: config.DATABASE_URL,
    log,
    max: 1,
    applicationName: 'codelab-agent-migrate',
  })
  await databaseWithin(pool, log, config.DATABASE_PATIENCE_S)
  await pool.end()
  await migrate(config.DATABASE_URL, log)
  log.info('the database tables are up to date')
})
