import type pg from 'pg'
import { countMessage } from '../context/tokens.ts'
import { jobQueue, queueSchema, stepQueue } from '../jobs/queue-schema.ts'
import type { StepJob } from '../jobs/step-job.ts'
import type { EventRow } from '../log/event-row.ts'
import type { Head, NewMessage, UsageRecord } from '../turn/work.ts'

/** What a piece of work wants written besides what it wrote itself. */
export type Pending = {
  readonly events: Extract<EventRow, { kind: 'frame' }>[]
  readonly messages: NewMessage[]
  readonly usage: (UsageRecord & { id: string })[]
  step: 'keep' | 'queue' | 'park'
  stepOf: { messageId: string; model: string | null } | undefined
  dropLease: boolean
  /** When the first of the jobs that were queued is to be looked for. */
  lookAt: Date | undefined
  /** How long calls for jobs stand back, because this process looks itself. */
  readonly standBackMs: number
}

/**
 * Writes frames, messages, usage, the session's counters and the queued step in one statement. The step goes through BullMQ's own
 * function, so it exists exactly when the transaction does; `delayMs` holds the queue's call back. Answers the step that was queued.
 */
export async function commitWork(
  client: pg.PoolClient,
  head: Head,
  pending: Pending,
  { now, traceparent, delayMs }: { now: Date; traceparent: string | undefined; delayMs: number },
): Promise<StepJob | undefined> {
  const job: StepJob = {
    session_id: head.sessionId,
    turn_id: head.turnId ?? '',
    step: head.step,
    fence: head.fence,
    ...(pending.stepOf && { message_id: pending.stepOf.messageId, model: pending.stepOf.model }),
    ...(traceparent !== undefined && { traceparent }),
  }
  const firstPosition = head.lastPosition + 1
  head.lastPosition += pending.messages.length
  await client.query({
    name: 'commit-work',
    text: sql,
    values: [
      head.sessionId,
      pending.events.map(({ seq }) => seq),
      pending.events.map(({ body }) => body.type),
      pending.events.map(({ body }) => ('message_id' in body ? body.message_id : null)),
      pending.events.map(({ body }) => JSON.stringify(body)),
      pending.events.map(({ note }) => (note ? JSON.stringify(note) : null)),
      JSON.stringify(
        pending.messages.map((message, at) => messageRow(message, firstPosition + at)),
      ),
      JSON.stringify(pending.usage),
      head.userId,
      now,
      head.lastSeq,
      head.lastPosition,
      head.title,
      head.language,
      head.turnId,
      head.step,
      head.fence,
      head.inputTokens,
      head.outputTokens,
      head.lastActivityAt,
      pending.step,
      stepJobId(job),
      JSON.stringify(job),
      now.getTime(),
      pending.dropLease,
      delayMs,
      head.jobId,
    ],
  })
  return pending.step === 'queue' ? job : undefined
}

/** Two requests for the same step of the same holder are one job. */
export const stepJobId = (job: StepJob): string => `${job.turn_id}:${job.step}:${job.fence}`

const messageRow = (message: NewMessage, position: number) => ({
  position,
  id: message.id,
  role: message.role,
  content: message.content,
  full_content: message.fullContent,
  tool_calls: message.toolCalls,
  call_id: message.callId,
  token_count: countMessage(message),
  replaced: message.replaced ?? false,
  turn_id: message.turnId,
  model: message.model,
  finish_reason: message.finishReason,
  usage: message.usage,
  created_at: message.createdAt?.toISOString(),
})

/** BullMQ's add_job with an id, data and options of our own; finished jobs leave nothing behind. */
const addCall =
  (queue: string, name: string) =>
  (id: string, data: string, nowMs: string, delayMs = '0') =>
    `${queueSchema}.add_job('${queue}', ${id}, '${name}', ${data},
     '{"attempts":1,"removeOnComplete":true,"removeOnFail":true}'::jsonb, 0, ${delayMs}, ${nowMs}, 1,
     null, null, null, null, null, false)`

export const addStepJob = addCall(stepQueue, 'step')
/** Has a worker look for long jobs; which one it finds is decided then. */
export const addJobCall = addCall(jobQueue, 'look')

const sql = `
with events as (
  insert into event (session_id, seq, last_seq, kind, message_id, body, note, created_at)
  select $1, e.seq, e.seq, e.kind, e.message_id, e.body, e.note, $10::timestamptz
  from unnest($2::bigint[], $3::text[], $4::text[], $5::json[], $6::json[]) as e(seq, kind, message_id, body, note)
), messages as (
  insert into message (session_id, position, id, role, content, full_content, tool_calls, call_id, token_count,
                       replaced, turn_id, model, finish_reason, usage, created_at)
  select $1, m.position, m.id, m.role, m.content, m.full_content, m.tool_calls, m.call_id, m.token_count,
         m.replaced, m.turn_id, m.model, m.finish_reason, m.usage, coalesce(m.created_at, $10::timestamptz)
  from jsonb_to_recordset($7::jsonb) as m(position bigint, id text, role text, content text, full_content text,
    tool_calls jsonb, call_id text, token_count integer, replaced boolean, turn_id text, model text,
    finish_reason text, usage jsonb, created_at timestamptz)
), used as (
  insert into usage (id, user_id, session_id, turn_id, step, model, provider, input_tokens, output_tokens, cached_tokens, created_at)
  select u.id, $9, $1, u."turnId", u.step, u.model, u.provider, u.input_tokens, u.output_tokens,
         coalesce(u.cached_tokens, 0), $10::timestamptz
  from jsonb_to_recordset($8::jsonb) as u(id text, "turnId" text, step integer, model text, provider text,
    input_tokens integer, output_tokens integer, cached_tokens integer)
), released as (
  delete from lease where session_id = $1 and $25::boolean
)
update session_head set
  last_seq = $11, last_position = $12, title = $13, language = $14, turn_id = $15, step = $16, fence = $17,
  input_tokens = $18, output_tokens = $19, last_activity_at = $20, job_id = $27,
  step_attempts = case when $21 = 'keep' then step_attempts else 0 end,
  step_due_at = case $21 when 'queue' then $10::timestamptz when 'park' then null else step_due_at end,
  step_job = case $21 when 'queue' then ${addStepJob('$22', '$23::jsonb', '$24::bigint', '$26::bigint')} when 'park' then null else step_job end
where session_id = $1`
