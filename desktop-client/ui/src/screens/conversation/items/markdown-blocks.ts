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
    if (lines.length > 0) blocks.push(lines.join('\n'))
    lines = []
  }
  for (const line of text.split('\n')) {
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

/** A list may have blank lines between its points. */
const continues = (lines: readonly string[]): boolean =>
  lines.some((line) => /^\s*(?:[-*+]|\d{1,9}[.)])\s/.test(line))
