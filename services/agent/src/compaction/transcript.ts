import { headWithin } from '../context/cut.ts'
import { shortenedCalls } from '../context/shorten.ts'
import { countTokens } from '../context/tokens.ts'
import { callsOf, type WindowRow } from '../context/units.ts'

/** A message as one line of JSON, which its text cannot leave, and what it costs. */
export type TranscriptLine = { readonly text: string; readonly tokens: number }

const lineOf = (content: unknown): TranscriptLine => {
  const text = JSON.stringify(content)
  return { text, tokens: countTokens(text) + 1 }
}

/** The notes so far as the first line. */
export const notesLine = (notes: string): TranscriptLine => lineOf({ notes })

/** Stands where older messages were too many to be read. */
export const leftOutLine = (): TranscriptLine =>
  lineOf({ notice: 'Older messages are left out here.' })

const speakers = { user: 'person', assistant: 'assistant', system: 'notice' } as const

/** Stored messages, oldest first, one line each; a long one is cut to the share, in tokens. */
export function transcriptOf(rows: readonly WindowRow[], share: number): TranscriptLine[] {
  const toolNames = new Map(
    rows.flatMap(callsOf).map(({ call_id, tool_name }) => [call_id, tool_name]),
  )
  return rows
    .filter((row) => row.content !== '' || callsOf(row).length > 0)
    .map((row) => lineOf(spoken(row, share, toolNames)))
}

function spoken(row: WindowRow, share: number, toolNames: ReadonlyMap<string, string>): object {
  const text = cut(row, share)
  if (row.role === 'tool') {
    return { tool: toolNames.get(row.callId ?? '') ?? 'unknown', result: text }
  }
  const calls = callsOf(shortenedCalls(row, share)).map(({ tool_name, arguments: given }) => ({
    tool: tool_name,
    arguments: given,
  }))
  return { [speakers[row.role]]: text, ...(calls.length > 0 && { calls }) }
}

function cut({ content, tokenCount }: WindowRow, share: number): string {
  if (tokenCount <= share) return content
  const head = headWithin(content, share)
  return head.length === content.length ? content : `${head}… [cut]`
}

/**
 * Packs lines, oldest first, into pieces of at most so many tokens. Of more than `most` pieces only the newest are answered;
 * `leftOut` says whether anything is missing.
 */
export function piecesOf(
  lines: readonly TranscriptLine[],
  { pieceTokens, most }: { pieceTokens: number; most: number },
): { pieces: string[][]; leftOut: boolean } {
  const pieces: string[][] = []
  let left = 0
  // From the newest on, so that what does not fill a piece is the oldest.
  for (const { text, tokens } of lines.toReversed()) {
    if (tokens > left || pieces.length === 0) {
      if (pieces.length === most) return { pieces, leftOut: true }
      pieces.unshift([])
      left = pieceTokens
    }
    pieces[0]!.unshift(text)
    left -= tokens
  }
  return { pieces, leftOut: false }
}
