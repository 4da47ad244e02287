import { createHash } from 'node:crypto'

/** JSON with sorted keys: equal for equal values, whatever order they came in. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
    return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}

/** What exactly a tool call does, as one short text. */
export const digestOf = (tool: string, args: unknown): string =>
  createHash('sha256')
    .update(`${tool}\n${canonical(args)}`)
    .digest('hex')
