import type pg from 'pg'
import type { Head, StoredJob, Work } from '../turn/work.ts'
import { addJobCall, type Pending } from './commit-work.ts'
import { jobOfRow } from './work-rows.ts'

const json = (value: unknown) =>
  value === null || value === undefined ? null : JSON.stringify(value)

/** Long jobs of one session inside its transaction. */
export function jobStore(
  client: pg.PoolClient,
  { sessionId }: Head,
  pending: Pick<Pending, 'lookAt' | 'standBackMs'>,
  now: Date,
): Work['jobs'] {
  const lookAt = (dueAt: Date) => {
    if (pending.lookAt === undefined || dueAt < pending.lookAt) pending.lookAt = dueAt
  }
  /** A worker in this process looks right after the commit; the queue's own call comes a little later. */
  const delayOf = ({ dueAt }: StoredJob, now: number) =>
    Math.max(dueAt.getTime() - now, pending.standBackMs)
  return {
    async insert(job) {
      const { rowCount } = await client.query({
        name: 'insert-job',
        text: `
          with added as (
            insert into job (id, session_id, user_id, kind, input, state, due_at, starts_at, every_s, schedule_id, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (id) do nothing returning id
          )
          select ${addJobCall("$1 || ':0'", "'{}'::jsonb", '$12::bigint', '$13::bigint')} from added`,
        values: [
          job.id,
          sessionId,
          job.userId,
          job.kind,
          JSON.stringify(job.input),
          job.state,
          job.dueAt,
          job.startsAt,
          job.everySeconds,
          job.scheduleId,
          job.createdAt,
          job.createdAt.getTime(),
          delayOf(job, job.createdAt.getTime()),
        ],
      })
      lookAt(job.dueAt)
      return rowCount === 1
    },
    async save(job) {
      await client.query({
        name: 'save-job',
        text: `update job set state = $3, progress = $4, note = $5, result = $6, error_code = $7, error_message = $8,
                 attempts = $9, losses = $10, fence = $11, owner = $12, due_at = $13, turn_id = $14, checkpoint = $15,
                 started_at = $16, ended_at = $17, lease_until = case when $12::text is null then null else lease_until end
               where session_id = $1 and id = $2`,
        values: [
          sessionId,
          job.id,
          job.state,
          job.progress,
          job.note,
          json(job.result),
          job.errorCode,
          job.errorMessage,
          job.attempts,
          job.losses,
          job.fence,
          job.owner,
          job.dueAt,
          job.turnId,
          json(job.checkpoint),
          job.startedAt,
          job.endedAt,
        ],
      })
    },
    async byId(id) {
      const { rows } = await client.query('select * from job where session_id = $1 and id = $2', [
        sessionId,
        id,
      ])
      return rows[0] && jobOfRow(rows[0])
    },
    async openOf(scheduleId) {
      const { rows } = await client.query(
        `select * from job where session_id = $1 and schedule_id = $2 and ended_at is null order by due_at`,
        [sessionId, scheduleId],
      )
      return rows.map(jobOfRow)
    },
    async freePlace() {
      // This process looks itself; if it dies first, the sweeps of the others find out.
      if (pending.standBackMs > 0) return lookAt(now)
      await client.query({
        name: 'call-for-place',
        text: `select ${addJobCall("'place:' || gen_random_uuid()", "'{}'::jsonb", '$1::bigint')}`,
        values: [now.getTime()],
      })
    },
    async call(job) {
      await client.query({
        name: 'call-for-job',
        text: `select ${addJobCall("$1 || ':' || $2", "'{}'::jsonb", '$3::bigint', '$4::bigint')}`,
        values: [job.id, String(job.fence), now.getTime(), delayOf(job, now.getTime())],
      })
      lookAt(job.dueAt)
    },
  }
}
