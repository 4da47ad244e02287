import type pg from 'pg'
import type { Call, Head, Work } from '../turn/work.ts'
import { callOfRow } from './work-rows.ts'

const jsonOrNull = (value: unknown) => (value === null ? null : JSON.stringify(value))

/** Tool calls of one session inside its transaction. */
export function callStore(client: pg.PoolClient, { sessionId }: Head): Work['calls'] {
  return {
    async insert(call: Call) {
      await client.query({
        name: 'insert-call',
        text: `insert into tool_call (session_id, call_id, turn_id, vendor_id, tool, arguments, digest, state, reason, seq, expires_at,
                 created_at, job_id, answer, outcome, resolved_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
        values: [
          sessionId,
          call.callId,
          call.turnId,
          call.vendorId,
          call.tool,
          JSON.stringify(call.arguments),
          call.digest,
          call.state,
          call.reason,
          call.seq,
          call.expiresAt,
          call.createdAt,
          call.jobId,
          jsonOrNull(call.answer),
          call.outcome,
          call.resolvedAt,
        ],
      })
    },
    async save(call) {
      await client.query({
        name: 'save-call',
        text: `update tool_call set arguments = $3, digest = $4, edited = $5, state = $6, outcome = $7, resolved_by = $8,
                 seq = $9, claimed_by = $10, claim_seen_at = $11, claim_gone = $12, expires_at = $13, resolved_at = $14, answer = $15
               where session_id = $1 and call_id = $2`,
        values: [
          sessionId,
          call.callId,
          JSON.stringify(call.arguments),
          call.digest,
          call.edited,
          call.state,
          call.outcome,
          call.resolvedBy,
          call.seq,
          call.claimedBy,
          call.claimSeenAt,
          call.claimGone,
          call.expiresAt,
          call.resolvedAt,
          jsonOrNull(call.answer),
        ],
      })
    },
    async byId(callId) {
      const { rows } = await client.query(
        'select * from tool_call where session_id = $1 and call_id = $2',
        [sessionId, callId],
      )
      return rows[0] && callOfRow(rows[0])
    },
    async openOf(turnId) {
      const { rows } = await client.query(
        `select * from tool_call where turn_id = $1 and session_id = $2 and state <> 'resolved' order by created_at, call_id`,
        [turnId, sessionId],
      )
      return rows.map(callOfRow)
    },
    async repeats(turnId, digest) {
      const { rows } = await client.query<{ digest: string }>(
        'select digest from tool_call where turn_id = $1 order by seq desc limit 100',
        [turnId],
      )
      const different = rows.findIndex((row) => row.digest !== digest)
      return different < 0 ? rows.length : different
    },
  }
}

/** Approvals that a person gave for the rest of the session. */
export function approvalStore(client: pg.PoolClient, { sessionId }: Head): Work['approvals'] {
  return {
    async remembers(tool, digest) {
      const { rowCount } = await client.query(
        'select 1 from remembered_approval where session_id = $1 and tool = $2 and digest = $3',
        [sessionId, tool, digest],
      )
      return rowCount === 1
    },
    async remember(tool, digest) {
      await client.query(
        `insert into remembered_approval (session_id, tool, digest) values ($1, $2, $3) on conflict do nothing`,
        [sessionId, tool, digest],
      )
    },
  }
}
