import type pg from 'pg'
import { Failure } from '@codelab/runtime/failure'
import { stateOf } from '../log/session-state.ts'
import type { LogBounds } from '../log/stream-begin.ts'
import { readPendingApprovals } from './session-reads.ts'
import { readStreamStart } from './stream-start.ts'

type Row = { created_at: Date; last_activity_at: Date; swept_seq: string; start_seq: string | null }

/** What a client learns of a session when it connects. */
export async function readOpening(pool: pg.Pool, sessionId: string) {
  const [start, approvals, { rows }] = await Promise.all([
    readStreamStart(pool, sessionId),
    readPendingApprovals(pool, sessionId),
    pool.query<Row>(
      `select h.created_at, h.last_activity_at, h.swept_seq, t.start_seq
       from session_head h left join turn t on t.id = h.turn_id where h.session_id = $1`,
      [sessionId],
    ),
  ])
  const head = rows[0]
  if (!start || !head) {
    throw new Failure('not_found', { message: `The session ${sessionId} was just deleted.` })
  }
  const log: LogBounds = {
    lastSeq: start.lastSeq,
    sweptSeq: Number(head.swept_seq),
    turnSeq: head.start_seq === null ? undefined : Number(head.start_seq),
  }
  return {
    log,
    session: {
      user_id: start.userId,
      created_at: head.created_at.toISOString(),
      last_activity_at: head.last_activity_at.toISOString(),
      last_seq: start.lastSeq,
      state: stateOf(start.progress),
      pending_approvals: approvals,
    },
  }
}
