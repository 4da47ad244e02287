import type pg from 'pg'
import type { Asker, Call, Head, Work } from '../turn/work.ts'
import { callOfRow } from './work-rows.ts'

/** Rows of one statement. */
const mostRows = 1_000

const rowOf = (call: Call) => ({
  call_id: call.callId,
  turn_id: call.turnId,
  vendor_id: call.vendorId,
  job_id: call.jobId,
  tool: call.tool,
  arguments: call.arguments,
  digest: call.digest,
  edited: call.edited,
  state: call.state,
  outcome: call.outcome,
  reason: call.reason,
  resolved_by: call.resolvedBy,
  seq: call.seq,
  claimed_by: call.claimedBy,
  claim_seen_at: call.claimSeenAt,
  claim_gone: call.claimGone,
  expires_at: call.expiresAt,
  created_at: call.createdAt,
  resolved_at: call.resolvedAt,
  answer: call.answer,
})

/**
 * Tool calls of one session inside its transaction. What is saved is written together: before anything of the calls is read, and by
 * `write` before the commit. A model may ask for thousands at once.
 */
export function callStore(
  client: pg.PoolClient,
  { sessionId }: Head,
): Work['calls'] & { write(): Promise<void> } {
  const unwritten = new Map<string, ReturnType<typeof rowOf>>()
  /** Calls that were there before. */
  const known = new Set<string>()
  const knownCall = (row: Record<string, unknown>): Call => {
    const call = callOfRow(row)
    known.add(call.callId)
    return call
  }

  const write = async () => {
    const rows = [...unwritten.values()]
    unwritten.clear()
    for (let at = 0; at < rows.length; at += mostRows) {
      const some = rows.slice(at, at + mostRows)
      const values = [sessionId, JSON.stringify(some)]
      // Who looks at the database's statements sees new calls apart from changed ones.
      const name = some.every(({ call_id: id }) => known.has(id)) ? 'save-calls' : 'insert-calls'
      await client.query({ name, text: saveCalls, values })
    }
  }
  const read = async (text: string, values: unknown[]) => {
    await write()
    return client.query(text, values)
  }
  const isOpenOf = (asker: Asker) =>
    `session_id = $1 and ${'turn' in asker ? 'turn_id' : 'job_id'} = $2 and state <> 'resolved'`
  const idOf = (asker: Asker) => ('turn' in asker ? asker.turn : asker.job)

  return {
    write,
    save: (call) => void unwritten.set(call.callId, rowOf(call)),
    async byId(callId) {
      const { rows } = await read(
        'select * from tool_call where session_id = $1 and call_id = $2',
        [sessionId, callId],
      )
      return rows[0] && knownCall(rows[0])
    },
    async openOf(asker) {
      const { rows } = await read(
        `select * from tool_call where ${isOpenOf(asker)} order by created_at, call_id`,
        [sessionId, idOf(asker)],
      )
      return rows.map(knownCall)
    },
    async anyOpen(asker) {
      const { rowCount } = await read(`select 1 from tool_call where ${isOpenOf(asker)} limit 1`, [
        sessionId,
        idOf(asker),
      ])
      return rowCount === 1
    },
    async latestDigests(turnId, most) {
      const { rows } = await read(
        'select digest from tool_call where turn_id = $1 order by seq desc limit $2',
        [turnId, most],
      )
      return rows.map((row) => row['digest'] as string)
    },
    async forgetAnswers(jobId, keys) {
      await read(
        `update tool_call set answer = null
         where session_id = $1 and job_id = $2 and answer is not null and ($3::text[] is null or vendor_id = any($3))`,
        [sessionId, jobId, keys ?? null],
      )
    },
  }
}

const saveCalls = `
  insert into tool_call (session_id, call_id, turn_id, vendor_id, job_id, tool, arguments, digest, edited, state, outcome, reason,
    resolved_by, seq, claimed_by, claim_seen_at, claim_gone, expires_at, created_at, resolved_at, answer)
  select $1, c.* from json_to_recordset($2::json) as c(call_id text, turn_id text, vendor_id text, job_id text, tool text,
    arguments jsonb, digest text, edited boolean, state text, outcome text, reason text, resolved_by text, seq bigint,
    claimed_by text, claim_seen_at timestamptz, claim_gone boolean, expires_at timestamptz, created_at timestamptz,
    resolved_at timestamptz, answer jsonb)
  on conflict (session_id, call_id) do update set
    arguments = excluded.arguments, digest = excluded.digest, edited = excluded.edited, state = excluded.state,
    outcome = excluded.outcome, resolved_by = excluded.resolved_by, seq = excluded.seq, claimed_by = excluded.claimed_by,
    claim_seen_at = excluded.claim_seen_at, claim_gone = excluded.claim_gone, expires_at = excluded.expires_at,
    resolved_at = excluded.resolved_at, answer = excluded.answer`

/** Approvals that a person gave for the rest of the session. */
export function approvalStore(client: pg.PoolClient, { sessionId }: Head): Work['approvals'] {
  return {
    async remembered(digests) {
      if (digests.length === 0) return new Set()
      const { rows } = await client.query<{ digest: string }>(
        'select digest from remembered_approval where session_id = $1 and digest = any($2)',
        [sessionId, digests],
      )
      return new Set(rows.map(({ digest }) => digest))
    },
    async remember(tool, digest) {
      await client.query(
        `insert into remembered_approval (session_id, tool, digest) values ($1, $2, $3) on conflict do nothing`,
        [sessionId, tool, digest],
      )
    },
  }
}
