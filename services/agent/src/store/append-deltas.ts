import type pg from 'pg'

/** Pieces of one running answer, to be written under the fence of its holder. */
export type DeltaBatch = {
  sessionId: string
  fence: number
  messageId: string
  pieces: string[]
}

/**
 * Appends the waiting pieces of many sessions in one statement, which takes each session's `seq` and checks its fence.
 * Answers the first `seq` per session; a session that is not in the answer belongs to another holder, and nothing of it was written.
 * Rows are locked in the order of their ids, so that two writers of the same sessions cannot wait for each other.
 */
export async function appendDeltas(
  pool: pg.Pool,
  batches: readonly DeltaBatch[],
): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ session_id: string; seq: string }>({
    name: 'append-deltas',
    text: `
      with given as (
        select * from unnest($1::text[], $2::bigint[], $3::text[], $4::json[], $5::integer[])
          as g(session_id, fence, message_id, body, count)
      ), locked as (
        select session_id, fence from session_head where session_id = any($1) order by session_id for update
      ), taken as (
        update session_head h set last_seq = h.last_seq + g.count
        from given g join locked l using (session_id)
        where h.session_id = g.session_id and l.fence = g.fence
        returning h.session_id, h.last_seq, g.count, g.message_id, g.body
      )
      insert into event (session_id, seq, last_seq, kind, message_id, body)
      select session_id, last_seq - count + 1, last_seq, 'token', message_id, body from taken
      returning session_id, seq`,
    values: [
      batches.map(({ sessionId }) => sessionId),
      batches.map(({ fence }) => fence),
      batches.map(({ messageId }) => messageId),
      batches.map(({ pieces }) => JSON.stringify(pieces)),
      batches.map(({ pieces }) => pieces.length),
    ],
  })
  return new Map(rows.map((row) => [row.session_id, Number(row.seq)]))
}

/**
 * How many pieces of each message are in the log, for a writer whose last statement's fate is unknown. The server may be at it still,
 * for a client that has gone: it locks the sessions, as this does, so that it is over before anything is counted.
 */
export async function storedPieces(
  pool: pg.Pool,
  batches: readonly DeltaBatch[],
): Promise<Map<string, number>> {
  const sessionIds = batches.map(({ sessionId }) => sessionId)
  const client = await pool.connect()
  let broken = true
  try {
    await client.query(`begin; set local idle_in_transaction_session_timeout = '5s'`)
    await client.query(
      'select 1 from session_head where session_id = any($1) order by session_id for update',
      [sessionIds],
    )
    // A statement of its own: it sees what was committed while the lock was waited for.
    const { rows } = await client.query<{ message_id: string; pieces: string }>(
      `select message_id, sum(last_seq - seq + 1) as pieces from event
       where session_id = any($1) and message_id = any($2) and kind = 'token' group by message_id`,
      [sessionIds, batches.map(({ messageId }) => messageId)],
    )
    await client.query('commit')
    broken = false
    return new Map(rows.map((row) => [row.message_id, Number(row.pieces)]))
  } finally {
    client.release(broken)
  }
}
