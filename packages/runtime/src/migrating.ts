import type pg from 'pg'
import type { Log } from './log.ts'
import { createPool } from './postgres.ts'

type Settings = {
  readonly url: string
  readonly log: Log
  readonly applicationName: string
  /** A number that no other program of this database locks. */
  readonly lockKey: number
}

/**
 * Runs `work` while nobody else migrates under the same key: instances that start together run one after the other; the later ones find
 * nothing to do. The pool is its own, since a migration may take as long as it needs; the lock ends with its connection, `client`.
 */
export async function migrating<Result>(
  { url, log, applicationName, lockKey }: Settings,
  work: (pool: pg.Pool, client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const pool = createPool({ url, log, applicationName, max: 2, answerWithinMs: 0 })
  try {
    const client = await pool.connect()
    try {
      await client.query('select pg_advisory_lock($1)', [lockKey])
      return await work(pool, client)
    } finally {
      client.release(true)
    }
  } finally {
    await pool.end()
  }
}
