import type pg from 'pg'

/** Renews the leases of these jobs of a worker; those that it no longer holds are missing from the answer (job id → fence). */
export async function renewJobLeases(
  pool: pg.Pool,
  ids: string[],
  { owner, leaseMs }: { owner: string; leaseMs: number },
): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ id: string; fence: string }>({
    name: 'renew-job-leases',
    text: `update job set lease_until = now() + $2 * interval '1 millisecond'
           where state = 'running' and owner = $1 and id = any($3)
           returning id, fence, set_config('synchronous_commit', 'off', true)`,
    values: [owner, leaseMs, ids],
  })
  return new Map(rows.map(({ id, fence }) => [id, Number(fence)]))
}

/** Running jobs whose worker has said nothing for as long as a lease holds. */
export async function readLostJobs(
  pool: pg.Pool,
): Promise<{ id: string; sessionId: string; fence: number }[]> {
  const { rows } = await pool.query<{ id: string; session_id: string; fence: string }>({
    name: 'lost-jobs',
    text: `select id, session_id, fence from job where state = 'running' and lease_until < now() limit 100`,
  })
  return rows.map((row) => ({ id: row.id, sessionId: row.session_id, fence: Number(row.fence) }))
}
