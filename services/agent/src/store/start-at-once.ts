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

/** SQLSTATE class of a value that its type does not take. Nothing was written; each of the batch is tried alone. */
const isDataException = (error: unknown) =>
  /^22/.test(String((error as { code?: unknown } | null)?.code))

type Waiting = {
  job: StoredJob
  person: string | undefined
  started: (job: StoredJob | undefined) => void
  failed: (error: unknown) => void
}

/**
 * Stores a job with its frame and its call, in a session that is there, is the person's own and has not expired. Undefined in every
 * other case, also when the id names a job already: nothing was written, and a piece of work on the session finds out what is the
 * matter. Jobs that come while a statement runs go out together in the next one; those of them that are due need one call.
 */
export function createStartAtOnce({ pool, settings, publish, localWorker, newId, now }: Parts) {
  let waiting = new Map<string, Waiting>()
  let busy = false

  const write = async (batch: ReadonlyMap<string, Waiting>) => {
    const at = now()
    const here = localWorker.looksForJobs()
    const asked = [...batch.values()]
    const { rows } = await pool.query<WrittenRow & { id: string; user_id: string }>({
      name: 'start-at-once',
      text: sql,
      values: [
        JSON.stringify(asked.map(rowOf)),
        asked.map(({ job }) => job.sessionId),
        new Date(at.getTime() - settings.sessionTtlMs),
        at,
        at.getTime(),
        here ? standBackMs : 0,
      ],
    })
    for (const [session, frames] of framesBySession(rows)) publish(session, frames)
    if (rows.length > 0) localWorker.lookForJobs()
    const owners = new Map(rows.map(({ id, user_id }) => [id, user_id]))
    for (const { job, started } of asked) {
      const userId = owners.get(job.id)
      started(userId === undefined ? undefined : { ...job, userId })
    }
  }
  const drain = async () => {
    if (busy) return
    busy = true
    while (waiting.size > 0) {
      const batch = waiting
      waiting = new Map()
      await write(batch).catch((error: unknown) => {
        for (const { started, failed } of batch.values()) {
          if (isDataException(error)) started(undefined)
          else failed(error)
        }
      })
    }
    busy = false
  }

  return function startAtOnce(
    asked: NewJob,
    person: string | undefined,
  ): Promise<StoredJob | undefined> {
    const sessionId = asked.session_id
    const job = newJob({ sessionId, userId: person ?? '', now: now(), newId }, asked)
    return new Promise((started, failed) => {
      if (waiting.has(job.id)) return started(undefined)
      waiting.set(job.id, { job, person, started, failed })
      void drain()
    })
  }
}

const rowOf = ({ job, person }: Waiting) => ({
  id: job.id,
  session_id: job.sessionId,
  person,
  kind: job.kind,
  input: job.input,
  due_at: job.dueAt,
  starts_at: job.startsAt,
  every_s: job.everySeconds,
  schedule_id: job.scheduleId,
  created_at: job.createdAt,
})

const sql = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as g(id text, session_id text, person text, kind text, input jsonb,
    due_at timestamptz, starts_at timestamptz, every_s integer, schedule_id text, created_at timestamptz)
), heads as materialized (
  select session_id, user_id from session_head
  where session_id = any($2::text[]) and last_activity_at >= $3 order by session_id for update
), changed as (
  insert into job (id, session_id, user_id, kind, input, state, due_at, starts_at, every_s, schedule_id, created_at)
  select g.id, g.session_id, h.user_id, g.kind, g.input, 'queued', g.due_at, g.starts_at, g.every_s, g.schedule_id, g.created_at
  from given g join heads h on h.session_id = g.session_id and h.user_id = coalesce(g.person, h.user_id)
  on conflict (id) do nothing returning id, session_id, user_id, kind, state, progress, note, due_at
), called as (
  select ${addJobCall("id || ':0'", "'{}'::jsonb", '$5::bigint', '$6::bigint')} as call
  from (select min(id) as id from changed where due_at <= $4::timestamptz) due where id is not null
  union all
  select ${addJobCall(
    "id || ':0'",
    "'{}'::jsonb",
    '$5::bigint',
    'ceil(extract(epoch from due_at - $4::timestamptz) * 1000)::bigint',
  )} from changed where due_at > $4::timestamptz
), ${tellChanged(', last_activity_at = $4')}
select w.id, w.session_id, w.seq, w.body, j.user_id
from written w join changed j using (id) cross join (select count(call) from called) c`
