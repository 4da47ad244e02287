import { runMigrations } from 'bullmq'
import type pg from 'pg'
import { queueSchema } from '../jobs/queue-schema.ts'
import type { Orm } from './orm.ts'

/** Any number that no other program of this database locks: "cdlb" in ASCII. */
const lockKey = 0x63646c62

/** Brings the database up to date. Instances that start together run one after the other; the later ones find nothing to do. */
export async function migrate(pool: pg.Pool, orm: Orm): Promise<void> {
  const client = await pool.connect()
  let failed = true
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey])
    await orm.migrator.up()
    await runMigrations(client, queueSchema)
    await client.query('select pg_advisory_unlock($1)', [lockKey])
    failed = false
  } finally {
    // A connection that still holds the lock is not given back.
    client.release(failed)
  }
}
