import type { KubeObject } from './object.ts'

/** Field sets as the API server keeps them: `f:<field>`, `k:<keys of a list's item>`, `v:<value of a set>`, `.` for the thing itself. */
type Fields = { readonly [part: string]: Fields }

type ManagedFields = {
  readonly manager?: string
  readonly operation?: string
  readonly subresource?: string
  readonly fieldsV1?: Fields
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Which item of a list `k:` or `v:` speaks of. */
function matcherOf(part: string): (item: unknown) => boolean {
  const wanted: unknown = JSON.parse(part.slice(2))
  if (!part.startsWith('k:')) return (item) => JSON.stringify(item) === JSON.stringify(wanted)
  const keys = Object.entries(wanted as Record<string, unknown>)
  return (item) => isRecord(item) && keys.every(([key, value]) => item[key] === value)
}

function ownedItems(items: readonly unknown[], fields: Fields): unknown[] {
  const parts = Object.keys(fields).filter((part) => part !== '.')
  const matchers = parts.map((part) => ({ matches: matcherOf(part), inside: fields[part]! }))
  return items.flatMap((item) => {
    const found = matchers.find(({ matches }) => matches(item))
    return found ? [ownedPart(item, found.inside)] : []
  })
}

/** An empty set owns the whole value: a plain one, or a list or map that is always written as one. */
function ownedPart(value: unknown, fields: Fields): unknown {
  const parts = Object.keys(fields)
  if (parts.length === 0) return value
  if (Array.isArray(value)) return ownedItems(value, fields)
  if (!isRecord(value)) return value
  const owned: Record<string, unknown> = {}
  for (const part of parts) {
    if (!part.startsWith('f:')) continue
    const field = part.slice(2)
    if (Object.hasOwn(value, field)) owned[field] = ownedPart(value[field], fields[part]!)
  }
  return owned
}

/**
 * What of an object was last set by a manager's server-side applies and still is: who changes a field takes it over. Undefined when
 * the manager never applied it. Name, namespace and kind are nobody's fields.
 */
export function ownedFields(
  object: KubeObject,
  manager: string,
): Record<string, unknown> | undefined {
  const { managedFields = [] } = object.metadata as { managedFields?: readonly ManagedFields[] }
  const ours = managedFields.find(
    (entry) => entry.manager === manager && entry.operation === 'Apply' && !entry.subresource,
  )
  if (!ours?.fieldsV1) return undefined
  return ownedPart(object, ours.fieldsV1) as Record<string, unknown>
}
