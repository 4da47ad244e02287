import { visibleLine } from '../terminal/visible.ts'

const longest = 100

const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map((part) => quoted(String(part))).join(' ')
  return undefined
}

/** A word as a shell would need it, so that one argument with blanks does not look like two. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** A tool call in one short line: the tool and what it is about. */
export function describeCall(tool: string, args: Readonly<Record<string, unknown>>): string {
  const about =
    textOf(args.argv) ?? textOf(args.pattern) ?? textOf(args.query) ?? textOf(args.path) ?? ''
  const line = visibleLine(`${tool} ${about}`.trim())
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}
