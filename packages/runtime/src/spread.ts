import { byLabels } from './by-labels.ts'

/** A histogram that is told of a value with the values of its labels, in the order of their names. */
export type Spread<Names extends readonly string[]> = (
  value: number,
  ...values: { [At in keyof Names]: string }
) => void

type Described = {
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
  /** Upper bounds, ascending. */
  readonly buckets: readonly number[]
}

type Counted = {
  readonly labels: Readonly<Record<string, string>>
  /** Of each bucket alone. */
  readonly counts: number[]
  count: number
  sum: number
}

/** Counts of values by buckets, and a metric that prom-client's registry tells of as of a histogram of its own. */
export const createSpread = ({ name, help, labelNames, buckets }: Described) => {
  const spread = byLabels(labelNames, (labels): Counted => ({
    labels,
    counts: buckets.map(() => 0),
    count: 0,
    sum: 0,
  }))
  const valuesOf = ({ labels, counts, count, sum }: Counted) => {
    const bucket = (le: number | string, value: number) => ({
      ...{ metricName: `${name}_bucket`, labels: { le, ...labels }, value },
    })
    let upTo = 0
    return [
      ...buckets.map((bound, at) => bucket(bound, (upTo += counts[at]!))),
      bucket('+Inf', count),
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: count },
    ]
  }
  const described = { name, help, type: 'histogram', aggregator: 'sum' }
  return {
    metric: {
      ...described,
      get: async () => ({ ...described, values: spread.all.flatMap(valuesOf) }),
    },
    /** What is no number would spoil the sum for good. */
    add(value: number, values: readonly string[]): void {
      if (!Number.isFinite(value)) return
      const counted = spread.of(values)
      counted.count += 1
      counted.sum += value
      let at = 0
      while (at < buckets.length && value > buckets[at]!) at += 1
      if (at < buckets.length) counted.counts[at]! += 1
    },
  }
}
