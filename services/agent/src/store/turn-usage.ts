import type pg from 'pg'
import type { Usage } from '@codelab/contracts/agent-llm'
import type { Head, Turn, UsageRecord } from '../turn/work.ts'

type Sum = { count: number; input_tokens: number; output_tokens: number; cached_tokens: number }

/** Tokens of a turn's completions: those that are stored, and those that this transaction is about to store. The hour is for clocks that differ. */
export async function turnUsage(
  client: pg.PoolClient,
  { userId }: Head,
  { turn, pending }: { turn: Turn; pending: readonly UsageRecord[] },
): Promise<Usage | undefined> {
  const { rows } = await client.query<Sum>(
    `select count(*)::int as count, coalesce(sum(input_tokens), 0)::float8 as input_tokens,
       coalesce(sum(output_tokens), 0)::float8 as output_tokens, coalesce(sum(cached_tokens), 0)::float8 as cached_tokens
     from usage where user_id = $1 and created_at >= $2::timestamptz - interval '1 hour' and turn_id = $3`,
    [userId, turn.startedAt, turn.id],
  )
  const all = [
    ...rows.filter(({ count }) => count > 0),
    ...pending.filter(({ turnId }) => turnId === turn.id),
  ]
  if (all.length === 0) return undefined
  const sum = (count: (usage: Usage) => number) =>
    all.reduce((total, each) => total + count(each), 0)
  const cached = sum(({ cached_tokens }) => cached_tokens ?? 0)
  return {
    input_tokens: sum(({ input_tokens }) => input_tokens),
    output_tokens: sum(({ output_tokens }) => output_tokens),
    ...(cached > 0 && { cached_tokens: cached }),
  }
}
