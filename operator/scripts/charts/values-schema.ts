import { z } from 'zod'
import type { Schema } from '../structural-schema.ts'

const unbounded = new Set([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])

/** What the API server alone reads, and bounds that say nothing. */
const isNoise = ([key, value]: [string, unknown]): boolean =>
  key.startsWith('x-kubernetes-') || (/^(min|max)imum$/.test(key) && unbounded.has(value as number))

const mapped = (children: Record<string, Schema> = {}) =>
  Object.fromEntries(Object.entries(children).map(([name, child]) => [name, closed(child)]))

/** Every object with named fields refuses others, so that a misspelt value is told and not lost. */
function closed(node: Schema): Schema {
  const kept = Object.fromEntries(Object.entries(node).filter((entry) => !isNoise(entry))) as Schema
  if (kept.properties) {
    kept.properties = mapped(kept.properties)
    kept.additionalProperties ??= false
  }
  if (typeof kept.additionalProperties === 'object')
    kept.additionalProperties = closed(kept.additionalProperties)
  if (kept.items) kept.items = closed(kept.items)
  return kept
}

/** The schema of a chart's values, in the draft that every Helm reads. */
export const valuesSchema = (values: z.ZodType): Schema =>
  closed(z.toJSONSchema(values, { io: 'input', target: 'draft-7' }) as Schema)

export const schemaText = (schema: Schema): string => `${JSON.stringify(schema, undefined, 2)}\n`
