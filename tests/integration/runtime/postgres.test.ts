import pg from 'pg'
import { createLog } from '@codelab/runtime/log'
import { createPool } from '@codelab/runtime/postgres'
import { createDatabase, storeUrl } from '../../support/stores.ts'

const log = createLog({ service: 'test', level: 'silent' })

test('a pool survives the end of its connections', async () => {
  const database = await createDatabase()
  const pool = createPool({ url: database.url, log, max: 2, applicationName: 'pool-test' })
  await Promise.all([pool.query('SELECT 1'), pool.query('SELECT 1')])
  const ended = new Promise<void>((resolve) => {
    let count = 0
    pool.on('error', () => (count += 1) === 2 && resolve())
  })
  const admin = new pg.Client({ connectionString: storeUrl('TEST_DATABASE_URL') })
  await admin.connect()
  await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pool-test'`,
  )
  await ended
  await expect(pool.query('SELECT 2 AS two')).resolves.toMatchObject({ rows: [{ two: 2 }] })
  await admin.end()
  await pool.end()
  await database.drop()
})
