import type pg from 'pg'
import type { WindowRow } from '../context/units.ts'

type Range = {
  sessionId: string
  /** Positions above this one, up to and with `upTo`. */
  after: number
  upTo: number
  /** So many tokens are read at most, the newest. */
  maxTokens: number
}

export type Material = {
  /** Oldest first. */
  readonly rows: WindowRow[]
  /** Older messages of the range did not fit. */
  readonly leftOut: boolean
}

/** More than any bounded material needs: a row costs 4 tokens at least. */
const mostRows = 5_000

/** Reads the newest part of a range of stored messages, those that were replaced left out. For summaries, whose range can be a whole session. */
export async function readMaterial(pool: pg.Pool, range: Range): Promise<Material> {
  const { rows } = await pool.query<WindowRow & { leftOut: boolean }>({
    name: 'summary-material',
    text: `
      with counted as (
        select *, sum(token_count) over (order by position desc) as reached, count(*) over () as total from (
          select * from message
          where session_id = $1 and position > $2 and position <= $3 and not replaced
          order by position desc limit ${mostRows}) as newest
      ), kept as (
        select *, count(*) over () as kept from counted where reached - token_count < $4
      )
      select position::float8 as position, id, role, content, tool_calls as "toolCalls", call_id as "callId",
        token_count as "tokenCount", replaced, (kept < total or total = ${mostRows}) as "leftOut"
      from kept order by position`,
    values: [range.sessionId, range.after, range.upTo, range.maxTokens],
  })
  return { rows, leftOut: rows[0]?.leftOut ?? false }
}
