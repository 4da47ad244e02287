import type pg from 'pg'
import type { NewJob } from '@codelab/contracts/jobs'
import { standBackMs, type LocalWorker } from '../jobs/local-worker.ts'
import { newJob } from '../jobs/start-job.ts'
import type { EventRow } from '../log/event-row.ts'
import type { StoredJob, TurnSettings } from '../turn/work.ts'
import { addJobCall } from './commit-work.ts'
import { framesBySession, tellChanged, type WrittenRow } from './job-frames.ts'

type Parts = {
  pool: pg.Pool
  settings: TurnSettings
  publish: (sessionId: string, rows: EventRow[]) => void
  localWorker: Pick<LocalWorker, 'looksForJobs' | 'lookForJobs'>
  newId: () => string
  now: () => Date
}

/**
 * Stores a job with its frame and its call in one statement, in a session that is there, is the person's own and has not expired.
 * Undefined in every other case, also when the id names a job already: nothing was written, and a piece of work on the session finds
 * out what is the matter.
 */
export function createStartAtOnce({ pool, settings, publish, localWorker, newId, now }: Parts) {
  return async function startAtOnce(
    asked: NewJob,
    userId: string | undefined,
  ): Promise<StoredJob | undefined> {
    const at = now()
    const sessionId = asked.session_id
    const job = newJob({ sessionId, userId: userId ?? '', now: at, newId }, asked)
    const here = localWorker.looksForJobs()
    const { rows } = await pool.query<WrittenRow & { user_id: string }>({
      name: 'start-at-once',
      text: sql,
      values: [
        job.id,
        sessionId,
        userId ?? null,
        new Date(at.getTime() - settings.sessionTtlMs),
        job.kind,
        JSON.stringify(job.input),
        job.dueAt,
        job.startsAt,
        job.everySeconds,
        job.scheduleId,
        at,
        at.getTime(),
        Math.max(job.dueAt.getTime() - at.getTime(), here ? standBackMs : 0),
      ],
    })
    const row = rows[0]
    if (!row) return undefined
    for (const [session, frames] of framesBySession(rows)) publish(session, frames)
    if (job.dueAt <= at) localWorker.lookForJobs()
    return { ...job, userId: row.user_id }
  }
}

const sql = `
with heads as materialized (
  select session_id, user_id from session_head
  where session_id = $2 and ($3::text is null or user_id = $3) and last_activity_at >= $4 for update
), changed as (
  insert into job (id, session_id, user_id, kind, input, state, due_at, starts_at, every_s, schedule_id, created_at)
  select $1, session_id, user_id, $5, $6::jsonb, 'queued', $7::timestamptz, $8::timestamptz, $9::integer, $10, $11::timestamptz from heads
  on conflict (id) do nothing returning id, session_id, user_id, kind, state, progress, note
), called as (
  select ${addJobCall("id || ':0'", "'{}'::jsonb", '$12::bigint', '$13::bigint')} as call from changed
), ${tellChanged(', last_activity_at = $11')}
select w.session_id, w.seq, w.body, j.user_id
from written w join changed j using (id) cross join (select count(call) from called) c`
