import type { z } from 'zod'
import { createLog } from '@codelab/runtime/log'
import { databaseWithin } from '@codelab/runtime/patience'
import { createPool } from '@codelab/runtime/postgres'
import { optionalText, readSettings, secondsSetting } from '@codelab/runtime/settings'
import { runTask } from '@codelab/runtime/task'
import { addFirstUser } from './admin/add-first-user.ts'
import { withOperations } from './admin/open-operations.ts'
import { AdminConfig } from './admin/settings.ts'

const MigrationConfig = AdminConfig.extend({
  DATABASE_PATIENCE_S: secondsSetting.default(60),
  /** With both, an empty database gets this user. */
  FIRST_USER_NAME: optionalText,
  FIRST_USER_PASSWORD: optionalText,
})

async function waitForStore({
  DATABASE_URL: url,
  DATABASE_PATIENCE_S: seconds,
}: z.infer<typeof MigrationConfig>) {
  const log = createLog({ service: 'auth-migrate', level: 'warn' })
  const pool = createPool({ url, log, max: 1, applicationName: 'codelab-auth-migrate' })
  try {
    await databaseWithin(pool, log, seconds)
  } finally {
    await pool.end()
  }
}

await runTask('auth-migrate', async () => {
  const config = readSettings(MigrationConfig, process.env)
  await waitForStore(config)
  await withOperations(config, async (operations) => {
    const { FIRST_USER_NAME: name, FIRST_USER_PASSWORD: password } = config
    if (name && password) await addFirstUser(operations, { name, password })
  })
})
