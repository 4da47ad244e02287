import type pg from 'pg'
import { ownTools } from '../tools/own-tools.ts'
import type { Progress } from '../log/session-state.ts'

export type StreamStart = {
  userId: string
  createdAt: Date
  lastActivityAt: Date
  progress: Progress
  lastSeq: number
  /** Text pieces up to here are no longer kept. */
  sweptSeq: number
  /** The first frame of the running turn. */
  turnSeq: number | undefined
  /** The turn of the newest message, also when it has not started. */
  latestTurn: { id: string; after: number } | undefined
}

type Row = {
  user_id: string
  created_at: Date
  last_activity_at: Date
  swept_seq: string
  start_seq: string | null
  last_seq: string
  busy: boolean
  waiting_approval: string[]
  waiting_tool: string[]
  turn_id: string | null
  turn_seq: string | null
}

/** What a stream has to know of a session when it begins, of one instant; nothing for a session that is not there. */
export async function readStreamStart(
  pool: pg.Pool,
  sessionId: string,
): Promise<StreamStart | undefined> {
  const { rows } = await pool.query<Row>({
    name: 'stream-start',
    text: `
      select h.user_id, h.created_at, h.last_activity_at, h.last_seq, h.swept_seq, h.turn_id is not null as busy,
        -- A call outside any turn (a job's) waits for whoever comes, too.
        least((select start_seq from turn where id = h.turn_id),
          (select min(seq) from tool_call c
            where c.session_id = $1 and c.state in ('ready', 'claimed') and c.tool <> all($2))) as start_seq,
        coalesce((select array_agg(call_id) from tool_call c
          where c.session_id = $1 and c.state = 'waiting_approval'), '{}') as waiting_approval,
        coalesce((select array_agg(call_id) from tool_call c
          where c.session_id = $1 and c.state in ('ready', 'claimed') and c.tool <> all($2)), '{}') as waiting_tool,
        t.id as turn_id, coalesce(least(t.start_seq, t.message_seq), t.message_seq) as turn_seq
      from session_head h
      left join lateral (select * from turn where session_id = $1 and state <> 'replaced'
        order by message_seq desc limit 1) t on true
      where h.session_id = $1`,
    values: [sessionId, ownTools],
  })
  const row = rows[0]
  if (!row) return undefined
  const lastSeq = Number(row.last_seq)
  return {
    userId: row.user_id,
    createdAt: row.created_at,
    lastActivityAt: row.last_activity_at,
    lastSeq,
    sweptSeq: Number(row.swept_seq),
    turnSeq: row.start_seq === null ? undefined : Number(row.start_seq),
    progress: {
      seq: lastSeq,
      turn: row.busy,
      waitingApproval: new Set(row.waiting_approval),
      waitingTool: new Set(row.waiting_tool),
    },
    latestTurn:
      row.turn_id === null ? undefined : { id: row.turn_id, after: Number(row.turn_seq) - 1 },
  }
}

/** The end of each log, for those sessions that are there. */
export async function readLogEnds(
  pool: pg.Pool,
  sessionIds: string[],
): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ session_id: string; last_seq: string }>({
    name: 'log-ends',
    text: 'select session_id, last_seq from session_head where session_id = any($1)',
    values: [sessionIds],
  })
  return new Map(rows.map((row) => [row.session_id, Number(row.last_seq)]))
}
