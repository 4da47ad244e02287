import { z } from 'zod'

export type Match = { readonly path: string; readonly line: number; readonly text: string }

/** Of ripgrep's `--json` lines, those that tell a match in a file whose name and text are UTF-8. */
const MatchLine = z.object({
  type: z.literal('match'),
  data: z.object({
    path: z.object({ text: z.string() }),
    lines: z.object({ text: z.string() }),
    line_number: z.number(),
  }),
})

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** The matches in what ripgrep printed; lines that were cut off are left out. */
export function matchesOf(output: string): Match[] {
  return output.split('\n').flatMap((line) => {
    const match = MatchLine.safeParse(parsed(line))
    if (!match.success) return []
    const { path, lines, line_number } = match.data.data
    return [{ path: path.text.replace(/^\.\//, ''), line: line_number, text: lines.text }]
  })
}
