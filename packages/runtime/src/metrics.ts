import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

/** Seconds, from a token's hop to a slow model. */
const latencyBuckets = [
  0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
]

/** A counter that is told of uses with the values of its labels, in the order of their names. */
export type Tally<Names extends readonly string[]> = (
  uses: number,
  ...values: { [At in keyof Names]: string }
) => void

type Sum = { readonly labels: Record<string, string>; uses: number }
type Sums = Map<string, Sums | Sum>

/** Sums by the values of labels. `take` gives what has come since it was last called. */
const createSums = (names: readonly string[]) => {
  const root: Sums = new Map()
  const touched = new Set<Sum>()
  const begin = (values: readonly string[]): Sum => ({
    labels: Object.fromEntries(names.map((name, at) => [name, values[at]!])),
    uses: 0,
  })
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
      if (!Number.isFinite(uses) || uses < 0) return
      const sum = sumOf(values)
      sum.uses += uses
      touched.add(sum)
    },
    take(tell: (labels: Sum['labels'], uses: number) => void): void {
      for (const sum of touched) {
        tell(sum.labels, sum.uses)
        sum.uses = 0
      }
      touched.clear()
    },
  }
}

export type Metrics = ReturnType<typeof createMetrics>

/** A registry of one service, never the process's: several services may live in one process. */
export function createMetrics(service: string, { processMetrics = true } = {}) {
  const registry = new Registry()
  const prefix = `codelab_${service.replaceAll('-', '_')}_`
  if (processMetrics) collectDefaultMetrics({ register: registry })
  const common = (name: string, help: string, labelNames: readonly string[]) => ({
    name: prefix + name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
  })
  return {
    registry,
    counter: (name: string, help: string, labels: readonly string[] = []) =>
      new Counter(common(name, help, labels)),
    /**
     * A counter for what every request does: uses are added up here and told to prom-client at each scrape, since it takes eight times as long
     * over each (docs/benchmarks/peers.md, "What was tried"). At least one label.
     */
    tally: <const Names extends readonly [string, ...string[]]>(
      name: string,
      help: string,
      labels: Names,
    ): Tally<Names> => {
      const sums = createSums(labels)
      new Counter({
        ...common(name, help, labels),
        collect() {
          sums.take((values, uses) => this.inc(values, uses))
        },
      })
      return (uses, ...values) => sums.add(uses, values)
    },
    /** `collect` is called at each scrape, for values that are cheaper to ask than to keep. */
    gauge: (
      name: string,
      help: string,
      labels: readonly string[] = [],
      collect?: (gauge: Gauge) => void | Promise<void>,
    ): Gauge =>
      new Gauge({
        ...common(name, help, labels),
        ...(collect && {
          collect(this: Gauge) {
            return collect(this)
          },
        }),
      }),
    histogram: (
      name: string,
      help: string,
      labels: readonly string[] = [],
      buckets: number[] = latencyBuckets,
    ) => new Histogram({ ...common(name, help, labels), buckets }),
  }
}
