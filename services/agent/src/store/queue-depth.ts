import type pg from 'pg'
import { queueSchema, stepQueue } from '../jobs/queue-schema.ts'

/** Steps that wait for a worker. */
export async function countWaitingSteps(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(
    `select count(*) from ${queueSchema}.job where queue = $1 and state = 'waiting'`,
    [stepQueue],
  )
  return Number(rows[0]?.count ?? 0)
}
