import type pg from 'pg'
import type { SessionState, ToolCallFrame } from '@codelab/contracts/frames'
import type { PendingApproval, Session } from '@codelab/contracts/sessions'
import type { z } from 'zod'
import { ownTools } from '../tools/own-tools.ts'
import { pageOf, readAfter } from './cursor.ts'

type SessionRow = {
  session_id: string
  title: string | null
  archived: boolean
  last_seq: string
  approvals: string
  running_tools: string
  turn_id: string | null
  created_at: Date
  last_activity_at: Date
  activity_text: string
}

const sessionColumns = `
  h.session_id, h.title, h.archived, h.last_seq, h.turn_id, h.created_at, h.last_activity_at,
  h.last_activity_at::text as activity_text,
  (select count(*) from tool_call c where c.session_id = h.session_id and c.state = 'waiting_approval') as approvals,
  (select count(*) from tool_call c where c.session_id = h.session_id and c.state in ('ready', 'claimed')
    and c.tool not in (${ownTools.map((tool) => `'${tool}'`).join(', ')})) as running_tools`

function stateOfRow(row: SessionRow): SessionState {
  if (Number(row.approvals) > 0) return 'waiting_approval'
  if (Number(row.running_tools) > 0) return 'waiting_tool'
  return row.turn_id === null ? 'idle' : 'thinking'
}

const sessionOf = (row: SessionRow): Session => ({
  id: row.session_id,
  title: row.title,
  archived: row.archived,
  state: stateOfRow(row),
  last_seq: Number(row.last_seq),
  pending_approvals: Number(row.approvals),
  created_at: row.created_at.toISOString(),
  last_activity_at: row.last_activity_at.toISOString(),
})

export async function readSession(pool: pg.Pool, id: string): Promise<Session | undefined> {
  const { rows } = await pool.query<SessionRow>(
    `select ${sessionColumns} from session_head h where session_id = $1`,
    [id],
  )
  return rows[0] && sessionOf(rows[0])
}

/** One page of a person's sessions (of all, without a person), newest activity first. Throws `invalid_request` on a foreign cursor. */
export async function readSessions(
  pool: pg.Pool,
  query: {
    userId: string | undefined
    cursor?: string | undefined
    limit: number
    archived?: boolean | undefined
  },
) {
  const { rows } = await readAfter(query.cursor, 2, ([activity = null, id = null]) =>
    pool.query<SessionRow>(
      `select ${sessionColumns} from session_head h
     where ($1::text is null or h.user_id = $1)
       and ($2::boolean is null or h.archived = $2)
       and ($3::timestamptz is null or (h.last_activity_at, h.session_id) < ($3::timestamptz, $4::text))
     order by h.last_activity_at desc, h.session_id desc limit $5`,
      [query.userId ?? null, query.archived ?? null, activity, id, query.limit + 1],
    ),
  )
  return pageOf(rows, query.limit, sessionOf, (row) => [row.activity_text, row.session_id])
}

type CallRow = {
  session_id: string
  call_id: string
  tool: string
  arguments: Record<string, unknown>
  reason: string | null
  seq: string
  expires_at: Date | null
  created_at: Date
  created_text: string
}

const approvalColumns =
  'c.session_id, c.call_id, c.tool, c.arguments, c.reason, c.seq, c.expires_at, c.created_at, c.created_at::text as created_text'

const approvalOf = (row: CallRow) => ({
  call_id: row.call_id,
  tool_name: row.tool,
  arguments: row.arguments,
  requires_approval: true,
  ...(row.reason !== null && { reason: row.reason }),
  ...(row.expires_at !== null && { expires_at: row.expires_at.toISOString() }),
})

/** The questions that a session's person has not answered yet, as the frames that asked them. */
export async function readPendingApprovals(
  client: pg.Pool | pg.PoolClient,
  sessionId: string,
): Promise<z.infer<typeof ToolCallFrame>[]> {
  const { rows } = await client.query<CallRow>(
    `select ${approvalColumns} from tool_call c where c.session_id = $1 and c.state = 'waiting_approval' order by c.seq`,
    [sessionId],
  )
  return rows.map((row) => ({ type: 'tool_call', seq: Number(row.seq), ...approvalOf(row) }))
}

/** One page of waiting approvals of a person's sessions, oldest first. */
export async function readApprovals(
  pool: pg.Pool,
  query: { userId: string | undefined; cursor?: string | undefined; limit: number },
) {
  const { rows } = await readAfter(query.cursor, 2, ([created = null, id = null]) =>
    pool.query<CallRow>(
      `select ${approvalColumns} from tool_call c join session_head h using (session_id)
     where c.state = 'waiting_approval' and ($1::text is null or h.user_id = $1)
       and ($2::timestamptz is null or (c.created_at, c.call_id) > ($2::timestamptz, $3::text))
     order by c.created_at, c.call_id limit $4`,
      [query.userId ?? null, created, id, query.limit + 1],
    ),
  )
  const item = (row: CallRow): z.infer<typeof PendingApproval> => ({
    session_id: row.session_id,
    created_at: row.created_at.toISOString(),
    ...approvalOf(row),
  })
  return pageOf(rows, query.limit, item, (row) => [row.created_text, row.call_id])
}
