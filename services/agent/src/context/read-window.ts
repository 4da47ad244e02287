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
with recent as (
  select * from message where session_id = $1 and not replaced and role <> 'system'
  order by position desc limit $3
), oldest as (
  select position from (select position, role from recent order by position limit 1) as edge where role = 'tool'
), torn as (
  select * from message
  where session_id = $1 and not replaced and role <> 'system'
    and position < (select position from oldest)
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
    and position > (select case when count(*) < $3 then 0 else min(position) end from recent)
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
order by position`

export type WindowQuery = { name: string; text: string; values: unknown[] }

/**
 * Reads what a context window may need in one round trip, giving `WindowRow`s, oldest first: the newest `historyLimit` messages as far as the
 * tokens reach, the newest calls with all of their answers, notices between them, and the turn's user message wherever it stands.
 * Reads a number of rows bounded by the history limit, however long the session is. Run it as a named (prepared) statement of pg.
 */
export const windowQuery = ({
  sessionId,
  turnMessageId,
  maxTokens,
  historyLimit = 50,
}: {
  sessionId: string
  turnMessageId: string
  maxTokens: number
  historyLimit?: number
}): WindowQuery => ({
  name: 'context_window',
  text,
  values: [sessionId, turnMessageId, historyLimit, maxTokens],
})
