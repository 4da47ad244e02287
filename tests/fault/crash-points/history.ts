import type pg from 'pg'
import type { CompletionRequest } from '@codelab/contracts/agent-llm'
import type { LogFrame } from '@codelab/contracts/frames'

/** What a client knows of one session: what it was told, and what it was promised. */
export type Ledger = {
  /** Frames of the log in the order in which they came, over all its connections. */
  readonly frames: LogFrame[]
  /** What was answered with a 2xx: from then on it must not be lost. */
  readonly messages: { id: string; content: string; seq: number }[]
  readonly results: { callId: string; result: unknown }[]
  readonly decisions: {
    callId: string
    decision: 'approve' | 'edit' | 'reject'
    arguments?: unknown
  }[]
  readonly jobs: { id: string }[]
  /** Runs of tools on the client's machine. */
  readonly executions: { callId: string; tool: string; arguments: unknown }[]
}

export type HeadRow = {
  last_seq: number
  last_position: number
  turn_id: string | null
  step_due_at: Date | null
  step_job: string | null
  fence: number
  input_tokens: number
  output_tokens: number
}
export type LogRow = {
  seq: number
  last_seq: number
  kind: string
  message_id: string | null
  body: unknown
}
export type MessageRow = {
  position: number
  id: string
  role: string
  content: string
  tool_calls: { call_id: string }[] | null
  call_id: string | null
}
export type TurnRow = { id: string; message_id: string; state: string }
export type CallRow = {
  call_id: string
  turn_id: string | null
  arguments: unknown
  edited: boolean
  state: string
  outcome: string | null
}
export type UsageRow = {
  turn_id: string
  step: number
  input_tokens: number
  output_tokens: number
}

export type JobRow = {
  id: string
  kind: string
  state: string
  turn_id: string | null
  /** The worker that holds it. */
  owner: string | null
}

/** Everything that is kept of one session, of one instant, beside what its client and the model saw of it. */
export type History = {
  readonly head: HeadRow
  readonly log: LogRow[]
  readonly messages: MessageRow[]
  readonly turns: TurnRow[]
  readonly calls: CallRow[]
  readonly usage: UsageRow[]
  readonly leases: { fence: number; live: boolean }[]
  /** Queued calls for a step of the session that no worker has taken. */
  readonly queued: { id: string; fence: number }[]
  readonly jobs: JobRow[]
  /** All that was asked for has been done and told; otherwise something is under way. */
  readonly settled: boolean
  readonly ledger: Ledger
  /** What the model was asked, oldest first. */
  readonly requests: readonly CompletionRequest[]
}

/** The frames of the stored log, pieces of text one by one. */
export const framesOfLog = (log: readonly LogRow[]): LogFrame[] =>
  log.flatMap((row): LogFrame[] =>
    row.kind === 'token'
      ? (row.body as string[]).map((token, at) => ({
          type: 'assistant_message',
          seq: row.seq + at,
          message_id: row.message_id ?? '',
          token,
          is_final: false,
        }))
      : [row.body as LogFrame],
  )

const tables = {
  head: 'select * from session_head where session_id = $1',
  log: 'select seq, last_seq, kind, message_id, body from event where session_id = $1 order by last_seq',
  messages: 'select * from message where session_id = $1 order by position',
  turns: 'select * from turn where session_id = $1 order by message_seq',
  calls: 'select * from tool_call where session_id = $1 order by created_at, call_id',
  usage: 'select * from usage where session_id = $1 order by created_at',
  leases: 'select fence, until > now() as live from lease where session_id = $1',
  jobs: 'select * from job where session_id = $1 order by created_at, id',
  queued: `select id, (data->>'fence')::int as fence from bullmq.job
         where queue = 'steps' and state in ('waiting', 'delayed') and data->>'session_id' = $1`,
} as const

/** Numbers of eight bytes come from the driver as text. */
const wholeNumbers = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      /^(?:(?:last_)?(?:seq|position)|fence|\w+_tokens)$/.test(name) && value !== null
        ? Number(value)
        : value,
    ]),
  )

/** Reads all that is kept of a session in one transaction. */
export async function readHistory(
  pool: pg.Pool,
  sessionId: string,
  seen: Pick<History, 'ledger' | 'requests' | 'settled'>,
): Promise<History> {
  const client = await pool.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    const read: Record<string, Record<string, unknown>[]> = {}
    for (const [name, sql] of Object.entries(tables)) {
      const { rows } = await client.query<Record<string, unknown>>(sql, [sessionId])
      read[name] = rows.map(wholeNumbers)
    }
    await client.query('commit')
    const { head, ...rest } = read
    return { head: head![0], ...rest, ...seen } as unknown as History // columns as the types above name them
  } finally {
    client.release()
  }
}
