import { createHash } from 'node:crypto'
import type { KubeObject } from './object.ts'
import { amountOf } from './quantity.ts'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Where Kubernetes takes quantities, which it writes back in a form of its own: 1000m as 1. */
const quantityMaps: ReadonlySet<string> = new Set(['requests', 'limits'])
const quantityFields: ReadonlySet<string> = new Set(['sizeLimit'])

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (isRecord(value) && Object.keys(value).length === 0)

const amounts = (quantities: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(quantities).map(([name, quantity]) => [name, amountOf(quantity as string)]),
  )

function canonicalField(field: string, value: unknown): unknown {
  if (quantityFields.has(field)) return amountOf(value as string)
  return canonical(quantityMaps.has(field) && isRecord(value) ? amounts(value) : value)
}

/** The same for the same meaning: fields in order, quantities as numbers, nothing that is empty, for the API server leaves that out. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (!isRecord(value)) return value
  const fields = Object.keys(value)
    .toSorted()
    .map((field) => [field, canonicalField(field, value[field])] as const)
  return Object.fromEntries(fields.filter(([, inner]) => !isEmpty(inner)))
}

/** Of fields; the same when they mean the same. */
export const digestOfFields = (fields: Record<string, unknown>): string =>
  createHash('sha1')
    .update(JSON.stringify(canonical(fields)))
    .digest('base64url')

/** Fields that name an object, and so are nobody's to own. */
const naming: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'name', 'namespace'])

const unnamed = (fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([field]) => !naming.has(field)))

/** Of the fields of an object that is to be applied: that of what is owned of it afterwards. */
export const wantedDigest = (object: KubeObject): string =>
  digestOfFields({ ...unnamed(object), metadata: unnamed(object.metadata) })
