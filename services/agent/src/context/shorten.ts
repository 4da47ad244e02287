import { headWithin } from './cut.ts'
import { countMessage, messageOverhead } from './tokens.ts'
import { callsOf, type WindowRow } from './units.ts'

/**
 * An assistant's message with its long texts (a file that it wrote) shortened so that it costs about the share, in tokens. Without
 * it a model that writes a file larger than the window would never see that it has done so. A message within the share stays.
 */
export function shortenedCalls(row: WindowRow, share: number): WindowRow {
  if (row.tokenCount <= share) return row
  const calls = callsOf(row)
  const texts = textsIn([row.content, calls.map((call) => call.arguments)])
  const room = Math.floor(Math.max(0, share - messageOverhead) / Math.max(1, texts))
  const shortened = {
    ...row,
    content: shorten(row.content, room) as string,
    toolCalls: calls.map((call) => ({
      ...call,
      arguments: shorten(call.arguments, room) as Record<string, unknown>,
    })),
  }
  return { ...shortened, tokenCount: countMessage(shortened) }
}

/** Texts long enough to be worth shortening. */
const worthwhile = 200

function textsIn(value: unknown): number {
  if (typeof value === 'string') return value.length > worthwhile ? 1 : 0
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce<number>((sum, item) => sum + textsIn(item), 0)
}

function shorten(value: unknown, tokens: number): unknown {
  if (typeof value === 'string') {
    if (value.length <= worthwhile) return value
    // A third is left for the note and for what JSON's escapes add.
    const head = headWithin(value, Math.floor((tokens * 2) / 3))
    return head.length === value.length
      ? value
      : `${head}… [shortened here; it was sent whole, ${value.length} characters]`
  }
  if (Array.isArray(value)) return value.map((item) => shorten(item, tokens))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, shorten(item, tokens)]),
  )
}
