import { jest } from '@jest/globals'
import pg from 'pg'
import { createPool } from '@codelab/runtime/postgres'
import { silentLog as log } from '../../support/silent-log.ts'
import { createDatabase, storeUrl } from '../../support/stores.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'

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

describe('a server that is gone without a word', () => {
  /** One connection, used once, over which nothing comes any more. */
  async function silenced(run: (pool: pg.Pool) => Promise<void>) {
    const proxy = await startTcpProxy(new URL(storeUrl('TEST_DATABASE_URL')))
    const pool = createPool({
      url: proxy.url,
      log,
      max: 1,
      applicationName: 'silenced',
      answerWithinMs: 300,
    })
    try {
      await pool.query('SELECT 1')
      proxy.swallow()
      await run(pool)
    } finally {
      await pool.end()
      await proxy.close()
    }
  }

  test('ends the query in time, and with it the connection', () =>
    silenced(async (pool) => {
      const client = await pool.connect()
      await expect(client.query('begin')).rejects.toThrow('Query read timeout')
      // Refused at once: it does not wait behind the query that was not answered.
      await expect(client.query('rollback')).rejects.toThrow('Client was closed')
      client.release()
      await expect(pool.query('SELECT 2 AS two')).resolves.toMatchObject({ rows: [{ two: 2 }] })
    }))

  test('costs no query where the connection was idle for a while', () =>
    silenced(async (pool) => {
      const now = performance.now()
      const clock = jest.spyOn(performance, 'now').mockReturnValue(now + 10_001)
      try {
        await expect(pool.query('SELECT 2 AS two')).resolves.toMatchObject({ rows: [{ two: 2 }] })
      } finally {
        clock.mockRestore()
      }
    }))
})
