import type pg from 'pg'

const tables = ['session_head', 'event', 'message', 'turn', 'tool_call', 'usage', 'lease', 'job']

/** Every row that is kept of conversations, as text. */
export async function snapshot(pool: pg.Pool): Promise<Set<string>> {
  const rows = await Promise.all(
    tables.map(async (table) => {
      const { rows: found } = await pool.query<{ text: string }>(
        `select '${table} ' || row_to_json(t)::text as text from ${table} t`,
      )
      return found.map(({ text }) => text)
    }),
  )
  return new Set(rows.flat())
}

/** Rows that are in one and not in the other. */
export const differences = (before: ReadonlySet<string>, after: ReadonlySet<string>): string[] => [
  ...before.difference(after),
  ...after.difference(before),
]
