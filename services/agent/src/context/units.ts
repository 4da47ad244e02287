export type StoredToolCall = {
  readonly call_id: string
  readonly tool_name: string
  readonly arguments: Readonly<Record<string, unknown>>
}

/** A stored message as the window needs it. `tokenCount` was taken when it was written. */
export type WindowRow = {
  readonly position: number
  readonly id: string
  readonly role: 'user' | 'assistant' | 'tool' | 'system'
  readonly content: string
  readonly toolCalls: readonly StoredToolCall[] | null
  readonly callId: string | null
  readonly tokenCount: number
  readonly replaced: boolean
}

/** Notes that stand for all messages up to and with a position. `tokenCount` is that of the text alone. */
export type Summary = {
  readonly upTo: number
  readonly content: string
  readonly tokenCount: number
}

/** What stands or falls together: one message, or an assistant's tool calls with all their answers in the order of the calls. */
export type Unit = {
  readonly row: WindowRow
  readonly answers: readonly { readonly callId: string; readonly row: WindowRow | undefined }[]
}

/**
 * Groups messages into units, oldest first. Vendors want answers right behind their calls: whatever was stored between them follows
 * the group. Answers whose call is not among the rows, second answers, and empty messages are left out, as are replaced ones; of
 * equal notices the newest stays.
 */
export function unitsOf(rows: readonly WindowRow[]): Unit[] {
  const ordered = rows.filter((row) => !row.replaced).sort((a, b) => a.position - b.position)
  const answers = new Map<string, WindowRow>()
  const notices = new Map<string, WindowRow>()
  for (const row of ordered) {
    if (row.role === 'system') notices.set(row.content, row)
    if (row.role === 'tool' && row.callId !== null && !answers.has(row.callId)) {
      answers.set(row.callId, row)
    }
  }
  return ordered
    .filter((row) => row.role !== 'tool' && (row.content !== '' || callsOf(row).length > 0))
    .filter((row) => row.role !== 'system' || notices.get(row.content) === row)
    .map((row) => ({
      row,
      answers: callsOf(row).map(({ call_id }) => ({ callId: call_id, row: answers.get(call_id) })),
    }))
}

/** The tool calls of a message; none of anybody's but the assistant's. */
export const callsOf = (row: WindowRow): readonly StoredToolCall[] =>
  row.role === 'assistant' ? (row.toolCalls ?? []) : []
