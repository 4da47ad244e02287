import type { Way } from './call.ts'

type Counts = Readonly<Record<'good' | '429' | '500', number>>

/** How often the model stand-in was asked so far, and its failing doors. */
export const countsAt = async (model: string): Promise<Counts> =>
  (await fetch(`http://${model}/counts`)).json() as Promise<Counts>

/** The door that the first provider of a way stands behind; a refused connection is not counted by anybody. */
const doors: Partial<Record<Way, keyof Counts>> = {
  'fails with 429': '429',
  'fails with 500': '500',
}

/** The share of requests for which the failing first provider was really asked; undefined where that is not to be known or not wanted. */
export function shareAsked(
  way: Way,
  requests: number,
  { before, after }: { before: Counts; after: Counts },
): number | undefined {
  const door = doors[way]
  return door && (after[door] - before[door]) / requests
}
