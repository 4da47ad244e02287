import type pg from 'pg'
import type { StepJob } from '../jobs/step-job.ts'
import type { Language } from '../turn/language.ts'
import type { OwnCall } from '../turn/own-calls.ts'
import { ownTools } from '../tools/own-tools.ts'
import { addStepJob } from './commit-work.ts'
import { stepQueue, queueSchema } from '../jobs/queue-schema.ts'

/** A step that its worker holds. */
export type HeldStep = {
  sessionId: string
  turnId: string
  userId: string
  step: number
  fence: number
  /** 1 for the first holder; more after take-overs. */
  attempt: number
  messageId: string
  messageLength: number
  model: string | null
  language: Language
  /** Calls of the last completion that the agent answers itself; while there are any, no model is asked. */
  ownCalls: OwnCall[]
}

/**
 * The statement's commit does not wait for the disk: the log is written in order, so whatever is durable and came later proves that
 * this is durable too, and without anything later it may as well be done again.
 */
const unsynced = "set_config('synchronous_commit', 'off', true)"

type HeldRow = {
  user_id: string
  fence: string
  step_attempts: number
  message_id: string
  message_length: number | null
  model: string | null
  language: Language
  own_calls: OwnCall[] | null
}

/** Takes a step if it is still the one that was queued: raises the fence and writes the lease. Nothing when another worker has it or it is past. */
export async function acquireStep(
  pool: pg.Pool,
  job: StepJob,
  { owner, leaseMs }: { owner: string; leaseMs: number },
): Promise<HeldStep | undefined> {
  const { rows } = await pool.query<HeldRow>({
    name: 'acquire-step',
    text: `
      with taken as (
        update session_head set fence = fence + 1, step_attempts = step_attempts + 1
        where session_id = $1 and turn_id = $2 and step = $3 and fence = $4 and step_due_at is not null
        returning session_id, turn_id, user_id, fence, step_attempts
      ), leased as (
        insert into lease (session_id, owner, fence, until)
        select session_id, $5, fence, now() + $6 * interval '1 millisecond' from taken
        on conflict (session_id) do update set owner = excluded.owner, fence = excluded.fence, until = excluded.until
      )
      select ${unsynced}, taken.user_id, taken.fence, taken.step_attempts, t.message_id, t.model, t.language,
        (select length(content) from message m where m.session_id = $1 and m.id = t.message_id) as message_length,
        (select json_agg(json_build_object('callId', c.call_id, 'tool', c.tool, 'arguments', c.arguments) order by c.seq)
          from tool_call c where c.session_id = $1 and c.turn_id = $2 and c.state = 'ready' and c.tool = any($7)) as own_calls
      from taken join turn t on t.id = taken.turn_id`,
    values: [job.session_id, job.turn_id, job.step, job.fence, owner, leaseMs, ownTools],
  })
  const row = rows[0]
  return (
    row && {
      sessionId: job.session_id,
      turnId: job.turn_id,
      userId: row.user_id,
      step: job.step,
      fence: Number(row.fence),
      attempt: row.step_attempts,
      messageId: row.message_id,
      messageLength: row.message_length ?? 0,
      model: row.model,
      language: row.language,
      ownCalls: row.own_calls ?? [],
    }
  )
}

/** Renews a worker's leases of these sessions; those it no longer holds are missing from the answer (session id → fence). */
export async function renewLeases(
  pool: pg.Pool,
  sessionIds: string[],
  { owner, leaseMs }: { owner: string; leaseMs: number },
): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ session_id: string; fence: string }>({
    name: 'renew-leases',
    text: `update lease set until = now() + $2 * interval '1 millisecond' where owner = $1 and session_id = any($3)
           returning session_id, fence, ${unsynced}`,
    values: [owner, leaseMs, sessionIds],
  })
  return new Map(rows.map((row) => [row.session_id, Number(row.fence)]))
}

/**
 * Queues again the steps that are due and that nobody works on: no live lease for `graceMs`, and no job of theirs waiting.
 * Answers how many.
 */
export async function requeueLostSteps(pool: pg.Pool, graceMs: number): Promise<number> {
  const { rowCount } = await pool.query({
    name: 'requeue-lost-steps',
    text: `
      with lost as (
        select h.session_id, h.turn_id, h.step, h.fence from session_head h
        where h.step_due_at < now() - $1 * interval '1 millisecond'
          and not exists (select 1 from lease l where l.session_id = h.session_id and l.until > now())
          and not exists (select 1 from ${queueSchema}.job j
            where j.queue = '${stepQueue}' and j.id = h.step_job and j.state in ('waiting', 'delayed'))
        limit 100 for update of h skip locked
      )
      update session_head h set step_due_at = now(), step_job = ${addStepJob(
        "h.turn_id || ':' || h.step || ':' || h.fence || ':' || floor(extract(epoch from clock_timestamp()) * 1000)",
        "jsonb_build_object('session_id', h.session_id, 'turn_id', h.turn_id, 'step', h.step, 'fence', h.fence)",
        'floor(extract(epoch from clock_timestamp()) * 1000)::bigint',
      )}
      from lost where h.session_id = lost.session_id`,
    values: [graceMs],
  })
  return rowCount ?? 0
}
