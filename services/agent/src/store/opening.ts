import type pg from 'pg'
import { Failure } from '@codelab/runtime/failure'
import type { Language } from '../turn/language.ts'
import { stateOf } from '../log/session-state.ts'
import type { LogBounds } from '../log/stream-begin.ts'
import { readPendingApprovals } from './session-reads.ts'
import { readStreamStart } from './stream-start.ts'

/**
 * Notes that somebody uses a session of theirs; false when it is not there, another's, or expired, which needs a closer look. Without a
 * transaction of its own: clients come back all at once. Its commit does not wait for the disk, since what it would lose is a moment.
 */
export async function renewSession(
  pool: pg.Pool,
  session: { id: string; userId: string | undefined; language: Language | undefined },
  { now, ttlMs }: { now: Date; ttlMs: number },
): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'renew-session',
    text: `
      update session_head set last_activity_at = $3, language = coalesce($4, language)
      where session_id = $1 and ($2::text is null or user_id = $2) and last_activity_at >= $5
      returning set_config('synchronous_commit', 'off', true)`,
    values: [
      session.id,
      session.userId ?? null,
      now,
      session.language ?? null,
      new Date(now.getTime() - ttlMs),
    ],
  })
  return rowCount === 1
}

/** What a client learns of a session when it connects. */
export async function readOpening(pool: pg.Pool, sessionId: string) {
  const start = await readStreamStart(pool, sessionId)
  if (!start) {
    throw new Failure('not_found', { message: `The session ${sessionId} was just deleted.` })
  }
  const { lastSeq, sweptSeq, turnSeq, progress } = start
  const asks = progress.waitingApproval.size > 0
  return {
    log: { lastSeq, sweptSeq, turnSeq } satisfies LogBounds,
    session: {
      user_id: start.userId,
      created_at: start.createdAt.toISOString(),
      last_activity_at: start.lastActivityAt.toISOString(),
      last_seq: lastSeq,
      state: stateOf(progress),
      pending_approvals: asks ? await readPendingApprovals(pool, sessionId) : [],
    },
  }
}
