import { structuredPatch } from 'diff'
import type { Style } from './style.ts'
import { visibleText } from './visible.ts'

const contextLines = 3

/** The difference of two texts in unified form, coloured; empty when there is none. Hidden characters are shown. */
export function unifiedDiff(
  style: Style,
  path: string,
  before: string | undefined,
  after: string | undefined,
): string {
  const { hunks } = structuredPatch(path, path, before ?? '', after ?? '', '', '', {
    context: contextLines,
  })
  if (hunks.length === 0) return ''
  const colour = (line: string) => {
    if (line.startsWith('+')) return style.green(line)
    if (line.startsWith('-')) return style.red(line)
    return line.startsWith('\\') ? style.dim(line) : line
  }
  const head = [
    style.bold(`--- ${before === undefined ? '/dev/null' : path}`),
    style.bold(`+++ ${after === undefined ? '/dev/null' : path}`),
  ]
  const body = hunks.flatMap((hunk) => [
    style.cyan(`@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`),
    ...hunk.lines.map((line) => colour(visibleText(line))),
  ])
  return `${[...head, ...body].join('\n')}\n`
}
