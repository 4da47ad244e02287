import type pg from 'pg'
import type { StoredJob } from '../turn/work.ts'
import { addJobCall } from './commit-work.ts'
import {
  framesBySession,
  tellChanged,
  type FramesBySession,
  type WrittenRow,
} from './job-frames.ts'

/**
 * Queues the run that follows each begun run of a schedule, in the transaction that began it. Runs whose time went by meanwhile are
 * left out. A run that is begun again has its successor already.
 */
export async function queueNextRuns(
  client: pg.PoolClient,
  begun: readonly StoredJob[],
  newId: () => string,
): Promise<FramesBySession> {
  const scheduled = begun.filter(({ everySeconds, fence }) => everySeconds !== null && fence === 1)
  if (scheduled.length === 0) return new Map()
  const { rows } = await client.query<WrittenRow>({
    name: 'next-runs',
    text: insertNext,
    values: [scheduled.map(({ id }) => id), scheduled.map(() => newId())],
  })
  return framesBySession(rows)
}

const insertNext = `
with given as (
  select * from unnest($1::text[], $2::text[]) as g(run, id)
), changed as (
  insert into job (id, session_id, user_id, kind, input, state, due_at, starts_at, every_s, schedule_id, created_at)
  select g.id, j.session_id, j.user_id, j.kind, j.input, 'queued', n.due_at, n.due_at, j.every_s, j.schedule_id, now()
  from given g join job j on j.id = g.run
  cross join lateral (select j.due_at + j.every_s * interval '1 second'
    * (1 + greatest(0, floor(extract(epoch from clock_timestamp() - j.due_at) / j.every_s))) as due_at) n
  returning *
), called as (
  select ${addJobCall(
    "id || ':0'",
    "'{}'::jsonb",
    'floor(extract(epoch from clock_timestamp()) * 1000)::bigint',
    'ceil(extract(epoch from due_at - clock_timestamp()) * 1000)::bigint',
  )} as call from changed
), ${tellChanged()}
select w.session_id, w.seq, w.body from written w cross join (select count(call) from called) c`
