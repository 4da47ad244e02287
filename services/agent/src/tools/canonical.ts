import { createHash } from 'node:crypto'

/** JSON with the keys of every object in code unit order and absent values left out: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`)
  return `{${entries.join(',')}}`
}

/** SHA-256 (hex) of a tool and its arguments; what a remembered approval covers. Give it checked arguments. */
export const argumentsDigest = (tool: string, given: Readonly<Record<string, unknown>>): string =>
  createHash('sha256')
    .update(canonicalJson([tool, given]))
    .digest('hex')
