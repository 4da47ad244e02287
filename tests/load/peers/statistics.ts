import { quantile } from '../statistics.ts'

/** The middle of several rounds, and the half of them around it. */
export type Rounds = { readonly median: number; readonly low: number; readonly high: number }

export const ofRounds = (values: readonly number[]): Rounds => ({
  median: quantile(values, 0.5),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
})

/** What two sides of the same rounds make together; rounds that only one of them has are left out. */
export const together = (
  ours: readonly number[],
  theirs: readonly number[],
  combine: (our: number, their: number) => number,
): number[] => ours.slice(0, theirs.length).map((our, round) => combine(our, theirs[round]!))

export const times = (ours: readonly number[], theirs: readonly number[]): number[] =>
  together(ours, theirs, (our, their) => our / their)

export const beyond = (ours: readonly number[], theirs: readonly number[]): number[] =>
  together(ours, theirs, (our, their) => our - their)
