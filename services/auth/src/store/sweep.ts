import type { Pool } from 'pg'
import type { Log } from '@codelab/runtime/log'

const batch = 2_000

/** Deletes what has expired, in batches that hold no lock for long. Answers how many rows went. Several instances may sweep at once. */
export async function sweep(pool: Pool, auditDays: number): Promise<number> {
  const statements: { text: string; values: unknown[] }[] = [
    {
      text: `delete from oauth_record where (kind, id) in (
               select kind, id from oauth_record where expires_at < now() order by expires_at limit $1 for update skip locked)`,
      values: [batch],
    },
    {
      text: `delete from audit where id in (
               select id from audit where at < now() - make_interval(days => $2) order by at limit $1 for update skip locked)`,
      values: [batch, auditDays],
    },
  ]
  let total = 0
  for (const statement of statements) {
    let removed
    do {
      const result = await pool.query(statement)
      removed = result.rowCount ?? 0
      total += removed
    } while (removed === batch)
  }
  return total
}

type Options = { pool: Pool; log: Log; auditDays: number; everySeconds: number }

/** Sweeps again and again until stopped; a failed sweep is logged and tried again at its next time. */
export function startSweeping({ pool, log, auditDays, everySeconds }: Options): { stop(): void } {
  const timer = setInterval(() => {
    sweep(pool, auditDays).then(
      (rows) => rows > 0 && log.debug({ rows }, 'expired rows deleted'),
      (error: unknown) =>
        log.warn({ err: error }, 'expired rows could not be deleted; trying again later'),
    )
  }, everySeconds * 1000)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
