import {
  Counter,
  Gauge,
  Histogram,
  type Metric,
  Registry,
  collectDefaultMetrics,
} from 'prom-client'
import { createSpread, type Spread } from './spread.ts'
import { createSums, type Tally } from './tally.ts'

/** Seconds, from a token's hop to a slow model. */
const latencyBuckets = [
  0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
]

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
     * A counter for what every request does: uses are added up here and told to prom-client at each scrape, since it takes ten times as long
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
    /** A histogram for what every request does, kept here for the same reason. At least one label. */
    spread: <const Names extends readonly [string, ...string[]]>(
      name: string,
      help: string,
      labels: Names,
      buckets: readonly number[] = latencyBuckets,
    ): Spread<Names> => {
      const spread = createSpread({ ...common(name, help, labels), buckets })
      // A registry asks its metrics for nothing but their names and `get`.
      registry.registerMetric(spread.metric as unknown as Metric)
      return (value, ...values) => spread.add(value, values)
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
