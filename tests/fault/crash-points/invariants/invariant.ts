import type { History } from '../history.ts'

/** Something that is true of every session at every instant, however its processes end. */
export type Invariant = {
  readonly says: string
  /** What speaks against it, in words; nothing while it holds. */
  readonly broken: (history: History) => string[]
}

/** Values that come more than once. */
export const repeated = <Value>(values: readonly Value[]): Value[] => [
  ...new Set(values.filter((value, at) => values.indexOf(value) !== at)),
]
