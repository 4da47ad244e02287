import type pg from 'pg'

/** What became of a file that a job was to index. */
export type Settled = {
  readonly path: string
  readonly outcome: 'indexed' | 'skipped'
  readonly reason?: string
}

type OfJob = { readonly jobId: string; readonly sessionId: string }

/** Notes files that a job has to look at; those it knows already stay as they are. */
export async function addCandidates(
  client: pg.PoolClient,
  { jobId, sessionId }: OfJob,
  paths: readonly string[],
): Promise<void> {
  await client.query(
    `insert into index_candidate (job_id, session_id, path) select $1, $2, unnest($3::text[])
     on conflict do nothing`,
    [jobId, sessionId, paths],
  )
}

/** Notes what became of files, known before or not. */
export async function settleCandidates(
  client: pg.PoolClient,
  { jobId, sessionId }: OfJob,
  settled: readonly Settled[],
): Promise<void> {
  await client.query(
    `insert into index_candidate (job_id, session_id, path, outcome, reason)
     select $1, $2, s.* from unnest($3::text[], $4::text[], $5::text[]) as s
     on conflict (job_id, path) do update set outcome = excluded.outcome, reason = excluded.reason`,
    [
      jobId,
      sessionId,
      settled.map(({ path }) => path),
      settled.map(({ outcome }) => outcome),
      settled.map(({ reason }) => reason ?? null),
    ],
  )
}

/** Files that the job has not looked at yet, in the order of their paths. */
export async function readOpenCandidates(
  pool: pg.Pool,
  jobId: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ path: string }>(
    'select path from index_candidate where job_id = $1 and outcome is null order by path limit $2',
    [jobId, limit],
  )
  return rows.map(({ path }) => path)
}

/** How many files the job has, and how many of them it has looked at. */
export async function countCandidates(
  pool: pg.Pool,
  jobId: string,
): Promise<{ total: number; settled: number }> {
  const { rows } = await pool.query<{ total: string; settled: string }>(
    'select count(*) as total, count(outcome) as settled from index_candidate where job_id = $1',
    [jobId],
  )
  return { total: Number(rows[0]?.total ?? 0), settled: Number(rows[0]?.settled ?? 0) }
}

/** What the job came to: files and chunks that it put into the index or found there unchanged, and what it left out. */
export async function readOutcome(
  pool: pg.Pool,
  { jobId, sessionId }: OfJob,
  mostSkipped: number,
): Promise<{ files: number; chunks: number; skipped: { path: string; reason: string }[] }> {
  const [counted, left] = await Promise.all([
    pool.query<{ files: string; chunks: string }>(
      `select count(*) as files, coalesce(sum(f.chunks), 0) as chunks
       from index_candidate c join indexed_file f on f.session_id = $2 and f.path = c.path
       where c.job_id = $1 and c.outcome = 'indexed'`,
      [jobId, sessionId],
    ),
    pool.query<{ path: string; reason: string }>(
      `select path, reason from index_candidate where job_id = $1 and outcome = 'skipped' order by path limit $2`,
      [jobId, mostSkipped],
    ),
  ])
  const row = counted.rows[0]
  return { files: Number(row?.files ?? 0), chunks: Number(row?.chunks ?? 0), skipped: left.rows }
}

/** Takes out of the index what the job did not find in the project any more. */
export async function removeUnlisted(
  client: pg.PoolClient,
  { jobId, sessionId }: OfJob,
): Promise<void> {
  for (const table of ['indexed_file', 'indexed_chunk']) {
    await client.query(
      `delete from ${table} i where session_id = $2
         and not exists (select 1 from index_candidate c where c.job_id = $1 and c.path = i.path)`,
      [jobId, sessionId],
    )
  }
}

/** The job has ended: what it had to look at is of no use any more. */
export async function forgetCandidates(client: pg.PoolClient, jobId: string): Promise<void> {
  await client.query('delete from index_candidate where job_id = $1', [jobId])
}
