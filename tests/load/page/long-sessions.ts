import { createPool } from '@codelab/runtime/postgres'
import type { Log } from '@codelab/runtime/log'
import { answer } from './said.ts'

export type StoredSession = {
  readonly id: string
  readonly title: string
  /** Words that stand in its newest message only. */
  readonly newest: string
}

type Row = {
  position: number
  id: string
  role: 'user' | 'assistant' | 'tool'
  content: string
  tool_calls?: object[]
  call_id?: string
  model?: string
  finish_reason?: string
}

const model = 'gpt-4o'

/** Four messages: a question, a call with some words, its result, an answer. */
function turn(at: number): Row[] {
  const n = at / 4
  const path = `src/part-${n}/file.ts`
  const call = { call_id: `call-${n}`, tool_name: 'read_file', arguments: { path } }
  const assistant = { role: 'assistant', model } as const
  return [
    { position: at + 1, id: `question-${n}`, role: 'user', content: `What does part ${n} do?` },
    {
      position: at + 2,
      id: `step-${n}`,
      ...assistant,
      content: `I look at \`${path}\` first.`,
      tool_calls: [call],
      finish_reason: 'tool_calls',
    },
    {
      position: at + 3,
      id: `result-${n}`,
      role: 'tool',
      call_id: call.call_id,
      content: `export const part${n} = ${n}\n`.repeat(20),
    },
    {
      position: at + 4,
      id: `answer-${n}`,
      ...assistant,
      content: answer(n),
      finish_reason: 'stop',
    },
  ]
}

const rowsOf = (length: number): Row[] =>
  Array.from({ length: length / 4 }, (_, n) => turn(4 * n)).flat()

const head = `insert into session_head (session_id, user_id, title, last_position) values ($1, $2, $3, $4)`
const messages = `
  insert into message (session_id, position, id, role, content, tool_calls, call_id, model, finish_reason, token_count)
  select $1, position, id, role, content, tool_calls, call_id, model, finish_reason, length(content) / 4
  from jsonb_to_recordset($2::jsonb) as row(position bigint, id text, role text, content text,
    tool_calls jsonb, call_id text, model text, finish_reason text)`

/** Writes whole sessions of a person into the agent's database, as the agent itself stores them. */
export async function storeSessions(
  sessions: readonly (StoredSession & { readonly length: number })[],
  { databaseUrl, userId, log }: { databaseUrl: string; userId: string; log: Log },
): Promise<void> {
  const pool = createPool({ url: databaseUrl, log, applicationName: 'bench' })
  try {
    for (const { id, title, newest, length } of sessions) {
      const rows = rowsOf(length)
      const last = rows.at(-1)!
      rows[rows.length - 1] = { ...last, content: `${last.content}\n\n${newest}` }
      await pool.query(head, [id, userId, title, length])
      await pool.query(messages, [id, JSON.stringify(rows)])
    }
    await pool.query('vacuum analyze message')
  } finally {
    await pool.end()
  }
}
