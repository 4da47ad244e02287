import type pg from 'pg'

/** Keeps the claims of connections that are there. */
export async function renewClaims(pool: pg.Pool, connections: string[], now: Date): Promise<void> {
  await pool.query(
    `update tool_call set claim_seen_at = $2, claim_gone = false
     where state = 'claimed' and claimed_by = any($1)`,
    [connections, now],
  )
}

/** Notes that a connection has gone: its claims run out, and its client may deliver on another connection. */
export async function markClaimsGone(pool: pg.Pool, connection: string): Promise<void> {
  await pool.query(
    `update tool_call set claim_gone = true where state = 'claimed' and claimed_by = $1`,
    [connection],
  )
}

/** Sessions and calls whose approval was not given in time. */
export async function readExpiredApprovals(
  pool: pg.Pool,
  now: Date,
): Promise<{ sessionId: string; callId: string }[]> {
  const { rows } = await pool.query<{ session_id: string; call_id: string }>(
    `select session_id, call_id from tool_call
     where state = 'waiting_approval' and expires_at < $1 order by expires_at limit 100`,
    [now],
  )
  return rows.map((row) => ({ sessionId: row.session_id, callId: row.call_id }))
}
