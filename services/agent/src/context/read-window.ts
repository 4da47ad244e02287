import type { Summary, WindowRow } from './units.ts'

/**
 * The indexes that the query relies on, beside the unique one on (session_id, id): they skip replaced messages, however many, and keep
 * a flood of notices (a branch was switched, a thousand files changed) from hiding the conversation.
 */
export const windowIndexes = [
  `create index message_window on message (session_id, position desc) where not replaced and role <> 'system'`,
  `create index message_notices on message (session_id, position desc) where not replaced and role = 'system'`,
] as const

const mostNotices = 20
/** Answers of one message's calls that may lie beyond the history limit. */
const mostTorn = 256

const columns = `position::float8 as position, id, role, content, tool_calls as "toolCalls", call_id as "callId", token_count as "tokenCount", replaced`

const text = `
with summary as (
  select * from compaction where session_id = $1 and $5 and content is not null order by up_to desc limit 1
), edge as (
  select coalesce(max(up_to), 0) as position from summary
), recent as (
  select * from message where session_id = $1 and not replaced and role <> 'system'
    and position > (select position from edge)
  order by position desc limit $3
), oldest as (
  select position from (select position, role from recent order by position limit 1) as edge where role = 'tool'
), torn as (
  select * from message
  where session_id = $1 and not replaced and role <> 'system'
    and position < (select position from oldest)
    and position > (select position from edge)
    and position >= (
      select position from message
      where session_id = $1 and not replaced and role <> 'system'
        and position between (select position from oldest) - ${mostTorn} and (select position from oldest) - 1
        and role = 'assistant' and tool_calls is not null
      order by position desc limit 1)
  order by position desc limit ${mostTorn}
), notices as (
  select * from message
  where session_id = $1 and not replaced and role = 'system'
    and position > (select case when count(*) < $3 then (select position from edge) else min(position) end from recent)
  order by position desc limit ${mostNotices}
), summed as (
  select *,
    sum(least(token_count, $4::int / 4)) over (order by position desc rows between unbounded preceding and 1 preceding) as newer,
    max(position) filter (where role = 'assistant' and tool_calls is not null) over () as newest_calls
  from (select * from recent union all select * from torn union all select * from notices) as bounded
), kept as (
  select * from summed where coalesce(newer, 0) < $4::int or position >= newest_calls
)
select ${columns} from kept
union all
select ${columns} from message
where session_id = $1 and id = $2 and not exists (select from kept where id = $2)
union all
select up_to::float8, '', 'summary', content, null, null, token_count, false from summary
union all
select max(up_to)::float8, '', 'tried', '', null, null, 0, false from compaction
where session_id = $1 and $5 and content is null and up_to > (select position from edge) having count(*) > 0
order by position`

/** What `windowQuery` gives: messages, and what is known of the session's compaction. */
export type ReadRow = WindowRow | (Omit<WindowRow, 'role'> & { readonly role: 'summary' | 'tried' })

/** The rows of a window, told apart. */
export function splitRows(read: readonly ReadRow[]): {
  rows: WindowRow[]
  /** Stands for all messages up to and with its position. */
  summary: Summary | undefined
  /** Up to here a later summary was tried in vain; else 0. */
  triedTo: number
} {
  const rows: WindowRow[] = []
  let summary: Summary | undefined
  let triedTo = 0
  for (const row of read) {
    if (row.role === 'tried') triedTo = row.position
    else if (row.role !== 'summary') rows.push(row as WindowRow)
    else summary = { upTo: row.position, content: row.content, tokenCount: row.tokenCount }
  }
  return { rows, summary, triedTo }
}

export type WindowQuery = { name: string; text: string; values: unknown[] }

/**
 * Reads what a context window may need in one round trip, giving `ReadRow`s, oldest first: the session's summary, of what follows it the
 * newest `historyLimit` messages as far as the tokens reach, the newest calls with all of their answers, notices between them, and the
 * turn's user message wherever it stands. Without `summaries` as if nothing had ever been summarised.
 * Reads a number of rows bounded by the history limit, however long the session is. Run it as a named (prepared) statement of pg.
 */
export const windowQuery = ({
  sessionId,
  turnMessageId,
  maxTokens,
  historyLimit = 50,
  summaries = true,
}: {
  sessionId: string
  turnMessageId: string
  maxTokens: number
  historyLimit?: number
  summaries?: boolean
}): WindowQuery => ({
  name: 'context_window',
  text,
  values: [sessionId, turnMessageId, historyLimit, maxTokens, summaries],
})
