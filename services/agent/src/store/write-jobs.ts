import type pg from 'pg'
import { addJobCall } from './commit-work.ts'
import {
  framesBySession,
  tellChanged,
  type FramesBySession,
  type WrittenRow,
} from './job-frames.ts'

/** What a worker says of a job that it holds. */
export type JobChange = {
  id: string
  session_id: string
  fence: number
  state: 'running' | 'succeeded' | 'failed' | 'queued'
  progress?: number | undefined
  note?: string | null | undefined
  result?: Record<string, unknown> | undefined
  error_code?: string | undefined
  error_message?: string | undefined
  /** Tries begun, where it is queued for another one. */
  attempts?: number | undefined
  due_at?: string | undefined
}

/**
 * Writes what workers say of their jobs, of many sessions in one statement, with the frames. A job that is not in the answer has another
 * holder or has ended: nothing of the change was written. At most one change of each job.
 */
export async function writeJobs(
  pool: pg.Pool,
  changes: readonly JobChange[],
): Promise<{ written: Set<string>; frames: FramesBySession }> {
  const { rows } = await pool.query<WrittenRow & { id: string }>({
    name: 'write-jobs',
    text: write,
    values: [JSON.stringify(changes), changes.map(({ session_id }) => session_id)],
  })
  return { written: new Set(rows.map(({ id }) => id)), frames: framesBySession(rows) }
}

const write = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as g(id text, session_id text, fence bigint, state text,
    progress double precision, note text, result jsonb, error_code text, error_message text, attempts integer,
    due_at timestamptz)
), heads as materialized (
  select session_id from session_head where session_id = any($2::text[]) order by session_id for update
), changed as (
  update job j set
    state = g.state,
    progress = case when g.state = 'succeeded' then 1 else greatest(j.progress, coalesce(g.progress, 0)) end,
    note = g.note, result = g.result, error_code = g.error_code, error_message = g.error_message,
    attempts = coalesce(g.attempts, j.attempts),
    due_at = coalesce(g.due_at, j.due_at),
    fence = case when g.state = 'running' then j.fence else j.fence + 1 end,
    owner = case when g.state = 'running' then j.owner end,
    lease_until = case when g.state = 'running' then j.lease_until end,
    checkpoint = case when g.state in ('succeeded', 'failed') then null else j.checkpoint end,
    ended_at = case when g.state in ('succeeded', 'failed') then now() end
  from given g join heads h using (session_id)
  where j.id = g.id and j.fence = g.fence and j.state = 'running'
  returning j.id, j.session_id, j.kind, j.state, j.progress, j.note, j.fence, j.due_at
), called as (
  select ${addJobCall(
    "id || ':' || fence",
    "'{}'::jsonb",
    'floor(extract(epoch from clock_timestamp()) * 1000)::bigint',
    'greatest(0, ceil(extract(epoch from due_at - clock_timestamp()) * 1000))::bigint',
  )} as call from changed where state = 'queued'
), forgotten as (
  update tool_call c set answer = null from changed j
  where c.job_id = j.id and c.answer is not null and j.state in ('succeeded', 'failed')
), ${tellChanged()}
select id, session_id, seq, body from written cross join (select count(call) from called) c`
