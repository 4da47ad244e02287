import { countTokens, wholeCharacters } from './tokens.ts'

const sliceLength = 1024
const shortNote = '\n[cut]'
/** Below this many tokens there is no room for more than the short note. */
const roomForNote = 120

/**
 * The text when it has at most so many tokens, else as much of its beginning as fits with a note on how to read on.
 * Counts little more than what it keeps, however long the text is. Under 4 tokens nothing but the note's beginning fits.
 */
export function cutForModel(text: string, maxTokens: number): string {
  // Nothing has more tokens than bytes.
  if (Buffer.byteLength(text) <= maxTokens) return text
  if (headWithin(text, maxTokens).length === text.length && countTokens(text) <= maxTokens) {
    return text
  }
  const note = maxTokens < roomForNote ? () => shortNote : (head: string) => noteFor(head, text)
  let head = wholeLines(headWithin(text, Math.max(0, maxTokens - countTokens(note(text)))))
  // Pieces that are counted apart may have a token less than together.
  while (head !== '' && countTokens(head + note(head)) > maxTokens) head = shorter(head)
  return head + note(head)
}

function wholeLines(head: string): string {
  const lastLine = head.lastIndexOf('\n')
  return lastLine > head.length / 2 ? head.slice(0, lastLine + 1) : head
}

function shorter(head: string): string {
  const end = Math.floor(head.length * 0.98)
  return head.slice(0, wholeCharacters(head, end) > end ? end - 1 : end)
}

function noteFor(head: string, text: string): string {
  const lines = linesOf(text)
  const shown =
    lines > 1
      ? `the first ${linesOf(head)} of ${lines} lines are shown`
      : `the first ${head.length} of ${text.length} characters are shown`
  return `\n[Cut to fit: ${shown}. To read on, call read_file with start_line and end_line, or narrow the call with path, pattern or limit.]`
}

function linesOf(text: string): number {
  let lines = text === '' || text.endsWith('\n') ? 0 : 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
}

/** The longest beginning of at most so many tokens, counted slice by slice. */
export function headWithin(text: string, maxTokens: number): string {
  let end = 0
  let left = maxTokens
  let step = sliceLength
  while (end < text.length && step > 0) {
    const next = wholeCharacters(text, Math.min(text.length, end + step))
    const tokens = countTokens(text.slice(end, next))
    if (tokens <= left) {
      end = next
      left -= tokens
    } else step = Math.floor(step / 2)
  }
  return text.slice(0, end)
}
