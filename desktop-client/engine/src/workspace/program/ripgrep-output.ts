import { StringDecoder } from 'node:string_decoder'
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

function matchIn(line: string): Match | undefined {
  const match = MatchLine.safeParse(parsed(line))
  if (!match.success) return undefined
  const { path, lines, line_number } = match.data.data
  return { path: path.text.replace(/^\.\//, ''), line: line_number, text: lines.text }
}

/** Reads what ripgrep prints as it comes: hands on the matches of one file once all of them are there. A line that was cut off is left out. */
export function createMatchReader(onFile: (matches: readonly Match[]) => void) {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let file: Match[] = []

  const endFile = () => {
    if (file.length > 0) onFile(file)
    file = []
  }
  const take = (line: string) => {
    const match = matchIn(line)
    if (match?.path !== file[0]?.path) endFile()
    if (match) file.push(match)
  }
  return {
    add(chunk: Buffer): void {
      const [first = '', ...others] = decoder.write(chunk).split('\n')
      rest += first
      for (const next of others) {
        take(rest)
        rest = next
      }
    },
    /** Nothing more comes. */
    end: endFile,
  }
}
