import type { Figure, Surroundings } from '../load/bench.ts'

/** How much of a fault is played: `small` inside `npm test`, `full` by `npm run fault`. */
export type Size = 'small' | 'full'

/** One way in which a workspace may be hurt, and what must be true of it afterwards: a figure without its bound holds nothing. */
export type Fault = {
  readonly name: string
  readonly about: string
  readonly run: (surroundings: Surroundings & { readonly size: Size }) => Promise<Figure[]>
}
