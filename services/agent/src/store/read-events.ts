import type pg from 'pg'
import type { LogFrame } from '@codelab/contracts/frames'
import type { EventRow } from '../log/event-row.ts'
import type { Note } from '../turn/work.ts'

type Row = {
  kind: string
  seq: string
  last_seq: string
  message_id: string | null
  body: unknown
  note: Note | null
}

/** Rows of a session's log that hold frames after a cursor, oldest first, at most `limit`. */
export async function readEvents(
  pool: pg.Pool,
  sessionId: string,
  after: number,
  limit: number,
): Promise<EventRow[]> {
  const { rows } = await pool.query<Row>({
    name: 'read-events',
    text: `select kind, seq, last_seq, message_id, body, note from event
           where session_id = $1 and last_seq > $2 order by last_seq limit $3`,
    values: [sessionId, after, limit],
  })
  return rows.map(eventRow)
}

function eventRow(row: Row): EventRow {
  const seq = Number(row.seq)
  const last_seq = Number(row.last_seq)
  if (row.kind === 'token') {
    return {
      kind: 'token',
      seq,
      last_seq,
      message_id: row.message_id ?? '',
      body: row.body as string[],
    }
  }
  return {
    kind: 'frame',
    seq,
    last_seq,
    body: row.body as LogFrame,
    ...(row.note !== null && { note: row.note }),
  }
}
