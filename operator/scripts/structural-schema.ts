import { z } from 'zod'

/** A node of a JSON schema; the CRD's `x-kubernetes-*` ride along. */
export type Schema = {
  description?: string
  properties?: Record<string, Schema>
  additionalProperties?: Schema | false
  items?: Schema
  required?: string[]
  [key: string]: unknown
}

const unbounded = new Set([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])

/** What Kubernetes reads as an integer or a text: its two types may stand in `anyOf` there, without anything else. */
const intOrString = ({ description, pattern }: Schema): Schema => ({
  ...(description && { description }),
  'x-kubernetes-int-or-string': true,
  anyOf: [{ type: 'integer' }, { type: 'string' }],
  ...(pattern !== undefined && { pattern }),
})

/** zod closes strict objects and bounds every integer; a structural schema prunes by itself, and such bounds say nothing. */
const cleaned = (node: Schema): Schema => {
  if (node['x-kubernetes-int-or-string']) return intOrString(node)
  const entries = Object.entries(node).filter(
    ([key, value]) =>
      !(key === 'additionalProperties' && value === false) &&
      !((key === 'minimum' || key === 'maximum') && unbounded.has(value as number)),
  )
  const kept = Object.fromEntries(entries) as Schema
  if (kept.properties) {
    kept.properties = Object.fromEntries(
      Object.entries(kept.properties).map(([name, child]) => [name, cleaned(child)]),
    )
  }
  if (kept.additionalProperties) kept.additionalProperties = cleaned(kept.additionalProperties)
  if (kept.items) kept.items = cleaned(kept.items)
  return kept
}

/** A zod schema as the structural schema that a CustomResourceDefinition needs. */
export const structuralSchema = (schema: z.ZodType): Schema =>
  cleaned(z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0' }) as Schema)
