/** What is told of each side, a value for each round. */
export const measures = {
  live: ['frames per CPU-second, one by one', '/CPU-s'],
  liveP50: ['delivery of them, p50', 'µs'],
  liveP99: ['delivery of them, p99', 'µs'],
  bunched: ['frames per CPU-second, 20 at a time', '/CPU-s'],
  opened: ['sockets opened per CPU-second, new tokens', '/CPU-s'],
  reopened: ['sockets opened again per CPU-second', '/CPU-s'],
  calmP99: ['delivery to 100 streams, p99', 'µs'],
  stormP99: ['the same while 1,000 others reconnect, p99', 'µs'],
  stormMs: ['until the 1,000 are back', 'ms'],
  quietP99: ['delivery to 500 streams, p99', 'µs'],
  stalledP99: ['the same beside a reader that takes nothing, p99', 'µs'],
  stalledMiB: ['memory that the stalled reader takes', 'MiB'],
  idle: ['memory of an idle socket', 'KiB'],
} as const satisfies Readonly<Record<string, readonly [name: string, unit: string]>>

export type Measure = keyof typeof measures
export const measureNames = Object.keys(measures) as Measure[]

/** What one case made of one side in one round. */
export type Sample = Partial<Readonly<Record<Measure, number>>>

/** Everything that was measured at one side. */
export type Measured = {
  readonly values: Map<Measure, number[]>
  /** What must be known to read the figures. */
  readonly remarks: Map<string, string>
}
export type Results = ReadonlyMap<string, Measured>

/** Adds a round's values. */
export function take({ values }: Measured, sample: Sample): void {
  for (const [name, value] of Object.entries(sample) as [Measure, number][])
    values.set(name, [...(values.get(name) ?? []), value])
}
