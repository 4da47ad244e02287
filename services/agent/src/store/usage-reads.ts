import type pg from 'pg'
import type { UsageRow } from '@codelab/contracts/sessions'
import type { z } from 'zod'
import { pageOf, readAfter } from './cursor.ts'

type Sums = {
  day: string
  model: string
  provider: string
  requests: string
  input_tokens: string
  output_tokens: string
  cached_tokens: string
}

/**
 * One page of a person's tokens per day (UTC), model and provider, newest day first. `from` and `to` are days, both included. `sessionId`: of that session
 * alone; none once it is deleted. The hour is for clocks that differ.
 */
export async function readUsage(
  pool: pg.Pool,
  query: {
    userId: string | undefined
    from?: string | undefined
    to?: string | undefined
    sessionId?: string | undefined
    cursor?: string | undefined
    limit: number
  },
) {
  const { rows } = await readAfter(query.cursor, 3, ([day = null, model = null, provider = null]) =>
    pool.query<Sums>(
      `select * from (
       select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') as day, model, provider,
         count(*) as requests, sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens,
         sum(cached_tokens) as cached_tokens
       from usage
       where ($1::text is null or user_id = $1)
         and ($2::date is null or created_at >= $2::date::timestamp at time zone 'UTC')
         and ($3::date is null or created_at < ($3::date + 1)::timestamp at time zone 'UTC')
         and ($8::text is null or (session_id = $8
           and created_at >= (select created_at - interval '1 hour' from session_head where session_id = $8)))
       group by 1, 2, 3) as sums
     where $4::text is null or day < $4 or (day = $4 and (model, provider) > ($5, $6))
     order by day desc, model, provider limit $7`,
      [
        query.userId ?? null,
        query.from ?? null,
        query.to ?? null,
        day,
        model,
        provider,
        query.limit + 1,
        query.sessionId ?? null,
      ],
    ),
  )
  const item = (row: Sums): z.infer<typeof UsageRow> => ({
    day: row.day,
    model: row.model,
    provider: row.provider,
    requests: Number(row.requests),
    input_tokens: Number(row.input_tokens),
    output_tokens: Number(row.output_tokens),
    cached_tokens: Number(row.cached_tokens),
  })
  return pageOf(rows, query.limit, item, (row) => [row.day, row.model, row.provider])
}
