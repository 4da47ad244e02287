/** What is wrong, the value, and the field that the refusal names (empty: the value as a whole). */
export type Counter = readonly [what: string, value: unknown, field: string]

/** Values that a schema takes, and values that it refuses. */
export type Examples = { readonly good: readonly unknown[]; readonly bad: readonly Counter[] }

/** An example with some of its fields left out or changed. */
export const without = (value: object, ...fields: string[]): unknown =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !fields.includes(key)))
export const changed = (value: object, fields: Record<string, unknown>): unknown => ({
  ...value,
  ...fields,
})
