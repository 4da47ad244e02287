import { byLabels } from './by-labels.ts'

/** A counter that is told of uses with the values of its labels, in the order of their names. */
export type Tally<Names extends readonly string[]> = (
  uses: number,
  ...values: { [At in keyof Names]: string }
) => void

type Sum = { readonly labels: Readonly<Record<string, string>>; uses: number }

/** Sums by the values of labels, at least one. */
export const createSums = (names: readonly string[]) => {
  const sums = byLabels(names, (labels): Sum => ({ labels, uses: 0 }))
  return {
    /** What is no count, as a vendor may send it, must not fail the next scrape. */
    add(uses: number, values: readonly string[]): void {
      if (Number.isFinite(uses) && uses >= 0) sums.of(values).uses += uses
    },
    /** Tells what has come since the last time. */
    take(tell: (labels: Sum['labels'], uses: number) => void): void {
      for (const sum of sums.all) {
        tell(sum.labels, sum.uses)
        sum.uses = 0
      }
    },
  }
}
