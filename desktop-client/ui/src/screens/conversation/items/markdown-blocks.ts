const fence = /^ {0,3}(`{3,}|~{3,})/

/**
 * A text cut at the blank lines between its blocks, fenced code kept whole: a block that has ended is never drawn again while the rest
 * still comes. Joined with blank lines the blocks are the text.
 */
export function markdownBlocks(text: string): string[] {
  const blocks: string[] = []
  let lines: string[] = []
  let open: string | undefined
  const end = () => {
    if (open === undefined) while (lines.at(-1)?.trim() === '') lines.pop()
    if (lines.length > 0) blocks.push(lines.join('\n'))
    lines = []
  }
  for (const line of text.split('\n')) {
    if (open === undefined && endsList(lines, line)) end()
    const mark = fence.exec(line)?.[1]
    if (open === undefined && mark !== undefined) open = mark
    else if (open !== undefined && closes(line, open)) open = undefined
    if (line.trim() === '' && open === undefined && !continues(lines)) end()
    else lines.push(line)
  }
  end()
  return blocks
}

/** A fence ends with at least as many of its marks, and nothing else. */
const closes = (line: string, open: string): boolean => {
  const rest = line.trim()
  return rest.length >= open.length && rest === open[0]!.repeat(rest.length)
}

const point = /^\s*(?:[-*+]|\d{1,9}[.)])(?:\s|$)/

/** A list may have blank lines between its points. */
const continues = (lines: readonly string[]): boolean => lines.some((line) => point.test(line))

/** After a blank line only another point, or what is indented below one, belongs to a list. */
const endsList = (lines: readonly string[], line: string): boolean =>
  lines.at(-1)?.trim() === '' && line.trim() !== '' && !point.test(line) && !/^\s/.test(line)

/** True for a block that is nothing but fenced code, ended or not. */
export function isFenced(block: string): boolean {
  const lines = block.split('\n')
  const mark = fence.exec(lines[0]!)?.[1]
  if (mark === undefined) return false
  const end = lines.findIndex((line, index) => index > 0 && closes(line, mark))
  return end < 0 || end === lines.length - 1
}
