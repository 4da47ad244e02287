import type pg from 'pg'
import type { StoredJob } from '../turn/work.ts'
import {
  framesBySession,
  tellChanged,
  type FramesBySession,
  type WrittenRow,
} from './job-frames.ts'
import { jobOfRow } from './work-rows.ts'

/** Any number that no other program of this database locks: "jobs" in ASCII. */
const lockKey = 0x6a6f6273

/**
 * One worker at a time chooses, so that all count the same running jobs. The commit does not wait for the disk: a claim that a crash
 * of the server undoes is a job that is still queued.
 */
const begin = `begin; set local synchronous_commit = off; set local idle_in_transaction_session_timeout = '5s';
  set local lock_timeout = '8s'; select pg_advisory_xact_lock(${lockKey})`

/** A job that its worker holds, and how long it had been due. */
export type ClaimedJob = StoredJob & { waitedSeconds: number }

export type JobClaim = {
  jobs: ClaimedJob[]
  frames: FramesBySession
  /** Some job was due, but its session was busy just then: look again shortly. */
  passedOver: boolean
}

type Row = WrittenRow & { chosen: string; id: string | null; waited: string }

/**
 * Takes up to `room` due jobs, while fewer than `limit` run in all of the workspace: of the person with the fewest running ones first,
 * then the one that has been due the longest. A run of a schedule does not begin before the one before it has ended. `followUp` is part of the same transaction.
 */
export async function claimJobs(
  pool: pg.Pool,
  settings: { owner: string; leaseMs: number; limit: number; room: number },
  followUp: (client: pg.PoolClient, taken: readonly StoredJob[]) => Promise<FramesBySession>,
): Promise<JobClaim> {
  const { owner, leaseMs, limit, room } = settings
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query(begin)
    const { rows } = await client.query<Row>({
      name: 'claim-jobs',
      text: claim,
      values: [owner, leaseMs, limit, room],
    })
    const taken = rows.filter(({ id }) => id !== null)
    const jobs = taken.map((row) => ({ ...jobOfRow(row), waitedSeconds: Number(row.waited) }))
    const frames = framesBySession(taken)
    for (const [session, more] of await followUp(client, jobs)) {
      frames.set(session, [...(frames.get(session) ?? []), ...more])
    }
    await client.query('commit')
    return { jobs, frames, passedOver: Number(rows[0]?.chosen ?? 0) > jobs.length }
  } catch (error) {
    await client.query('rollback').catch((failed: Error) => (broken = failed))
    throw error
  } finally {
    client.release(broken)
  }
}

/** The people with queued jobs are found by steps through the index, so that a long queue of one costs the others nothing. */
const claim = `
with recursive people as (
  (select user_id from job where state = 'queued' order by user_id limit 1)
  union all
  select (select j.user_id from job j where j.state = 'queued' and j.user_id > p.user_id order by j.user_id limit 1)
  from people p where p.user_id is not null
), busy as (
  select user_id, count(*) as running from job where state = 'running' group by user_id
), room as (
  select greatest(0, least($4::bigint, $3 - (select coalesce(sum(running), 0) from busy)))::bigint as free
), next as (
  select j.id, j.session_id, j.due_at,
    coalesce(b.running, 0) + row_number() over (partition by j.user_id order by j.due_at, j.id) as place
  from people p
  cross join lateral (
    select id, session_id, user_id, due_at from job j
    where state = 'queued' and user_id = p.user_id and due_at <= clock_timestamp()
      and (schedule_id is null or fence > 0 or not exists (select 1 from job o
        where o.schedule_id = j.schedule_id and o.ended_at is null and o.fence > 0))
    order by due_at, id limit (select free from room)
  ) j
  left join busy b on b.user_id = j.user_id
  order by place, j.due_at, j.id limit (select free from room)
), heads as materialized (
  select session_id from session_head where session_id in (select session_id from next)
  order by session_id for update skip locked
), changed as (
  update job j set state = 'running', fence = j.fence + 1, owner = $1, note = null,
    lease_until = now() + $2 * interval '1 millisecond', attempts = greatest(j.attempts, 1),
    started_at = coalesce(j.started_at, now())
  from next n join heads h using (session_id)
  where j.id = n.id and j.state = 'queued'
  returning j.*, extract(epoch from clock_timestamp() - j.due_at) as waited
), ${tellChanged()}
select c.chosen, w.seq, w.body, t.*
from (select count(*) as chosen from next) c
left join (changed t join written w using (id)) on true`
