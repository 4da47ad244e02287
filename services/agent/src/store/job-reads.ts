import type pg from 'pg'
import type { QueryResultRow } from 'pg'
import type { Job, JobKind } from '@codelab/contracts/jobs'
import type { JobState } from '@codelab/contracts/job-state'
import type { ToolReply } from '../jobs/kinds/job-run.ts'
import type { Call, StoredJob } from '../turn/work.ts'
import { pageOf, readAfter } from './cursor.ts'
import { callOfRow, jobOfRow } from './work-rows.ts'

/** Files that were given to be indexed may be many MiB; people see which they were. */
const shownInput = ({ kind, input }: Pick<StoredJob, 'kind' | 'input'>) =>
  kind === 'embed_project' && Array.isArray(input['files'])
    ? { ...input, files: input['files'].map(({ path }: { path: string }) => ({ path })) }
    : input

/** All columns, without what people do not see of the input. */
const shownColumns = `id, session_id, user_id, kind, state, progress, note, result, error_code, error_message, attempts, losses,
  fence, owner, lease_until, due_at, starts_at, every_s, schedule_id, turn_id, null as checkpoint, created_at, started_at, ended_at,
  case when kind = 'embed_project' and input ? 'files' then jsonb_set(input, '{files}',
    (select jsonb_agg(jsonb_build_object('path', f -> 'path')) from jsonb_array_elements(input -> 'files') f)) else input end as input`

/** A job as people see it. */
export function shownJob(job: StoredJob): Job {
  const { id, kind, state, progress, note, result, errorCode, errorMessage } = job
  return {
    id,
    session_id: job.sessionId,
    kind,
    input: shownInput(job),
    state,
    progress,
    ...(note !== null && { note }),
    ...(result !== null && { result }),
    ...(errorCode !== null && { error: { code: errorCode, message: errorMessage ?? '' } }),
    attempts: job.attempts,
    ...(job.startsAt !== null && { at: job.startsAt.toISOString() }),
    ...(job.everySeconds !== null && { every: job.everySeconds }),
    ...(job.scheduleId !== null && { schedule_id: job.scheduleId }),
    created_at: job.createdAt.toISOString(),
    ...(job.startedAt !== null && { started_at: job.startedAt.toISOString() }),
    ...(job.endedAt !== null && { ended_at: job.endedAt.toISOString() }),
  }
}

export async function readJob(pool: pg.Pool, id: string): Promise<StoredJob | undefined> {
  const { rows } = await pool.query<QueryResultRow>(
    `select ${shownColumns} from job where id = $1`,
    [id],
  )
  return rows[0] && jobOfRow(rows[0])
}

/** One page of a person's jobs (of all, without a person), newest first. */
export async function readJobs(
  pool: pg.Pool,
  query: {
    userId: string | undefined
    session_id?: string | undefined
    kind?: JobKind | undefined
    state?: JobState | undefined
    cursor?: string | undefined
    limit: number
  },
) {
  const { rows } = await readAfter(query.cursor, 2, ([created = null, id = null]) =>
    pool.query<QueryResultRow & { id: string; created_text: string }>(
      `select ${shownColumns}, created_at::text as created_text from job
       where ($1::text is null or user_id = $1) and ($2::text is null or session_id = $2)
         and ($3::text is null or kind = $3) and ($4::text is null or state = $4)
         and ($5::timestamptz is null or (created_at, id) < ($5::timestamptz, $6::text))
       order by created_at desc, id desc limit $7`,
      [
        query.userId ?? null,
        query.session_id ?? null,
        query.kind ?? null,
        query.state ?? null,
        created,
        id,
        query.limit + 1,
      ],
    ),
  )
  return pageOf(
    rows,
    query.limit,
    (row) => shownJob(jobOfRow(row)),
    (row) => [row.created_text, row.id],
  )
}

/** What a job's calls were answered and the job has not dealt with yet, in the order in which it asked. */
export async function readReplies(pool: pg.Pool, jobId: string): Promise<ToolReply[]> {
  const { rows } = await pool.query<QueryResultRow>(
    `select * from tool_call where job_id = $1 and state = 'resolved' and answer is not null order by call_id`,
    [jobId],
  )
  return rows.map((row) => replyOf(callOfRow(row)))
}

function replyOf({ vendorId, tool, arguments: given, outcome, answer }: Call): ToolReply {
  const { result, error } = answer ?? {}
  return {
    key: vendorId ?? '',
    tool,
    arguments: given,
    outcome: outcome ?? 'unknown',
    ...(result !== undefined && { result }),
    ...(error !== undefined && {
      error: typeof error === 'string' ? { code: 'failed', message: error } : error,
    }),
  }
}

/** Jobs that have not ended, by kind and state; those that are due and wait for a place are `due`. */
export async function countOpenJobs(
  pool: pg.Pool,
): Promise<{ kind: string; state: string; count: number; due: number }[]> {
  const { rows } = await pool.query<{ kind: string; state: string; count: string; due: string }>(
    `select kind, state, count(*) as count, 0 as due from job where state in ('running', 'waiting') group by kind, state
     union all
     select kind, state, count(*), count(*) filter (where due_at <= now()) from job where state = 'queued' group by kind, state`,
  )
  return rows.map(({ kind, state, count, due }) => ({
    kind,
    state,
    count: Number(count),
    due: Number(due),
  }))
}
