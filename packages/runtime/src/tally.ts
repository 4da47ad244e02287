/** A counter that is told of uses with the values of its labels, in the order of their names. */
export type Tally<Names extends readonly string[]> = (
  uses: number,
  ...values: { [At in keyof Names]: string }
) => void

type Sum = { readonly labels: Record<string, string>; uses: number }
type Sums = Map<string, Sums | Sum>

/** Sums by the values of labels, at least one; each set of values is found without putting them into one text. */
export const createSums = (names: readonly string[]) => {
  const root: Sums = new Map()
  const all: Sum[] = []
  const begin = (values: readonly string[]): Sum => {
    const labels = Object.fromEntries(names.map((name, at) => [name, values[at]!]))
    const sum = { labels, uses: 0 }
    all.push(sum)
    return sum
  }
  const sumOf = (values: readonly string[]): Sum => {
    let at = root
    const last = values.length - 1
    for (let place = 0; place < last; place++) {
      const value = values[place]!
      let next = at.get(value) as Sums | undefined
      if (!next) at.set(value, (next = new Map()))
      at = next
    }
    let sum = at.get(values[last]!) as Sum | undefined
    if (!sum) at.set(values[last]!, (sum = begin(values)))
    return sum
  }
  return {
    /** What is no count, as a vendor may send it, must not fail the next scrape. */
    add(uses: number, values: readonly string[]): void {
      if (Number.isFinite(uses) && uses >= 0) sumOf(values).uses += uses
    },
    /** Tells what has come since the last time. */
    take(tell: (labels: Sum['labels'], uses: number) => void): void {
      for (const sum of all) {
        tell(sum.labels, sum.uses)
        sum.uses = 0
      }
    },
  }
}
