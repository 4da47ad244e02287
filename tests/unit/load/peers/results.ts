import type { Sample } from '../../../load/peers/ask.ts'
import type { CaseName } from '../../../load/peers/cases.ts'
import type { Measured } from '../../../load/peers/rounds.ts'

const spread = (p50: number, p99: number) => ({ count: 1, p50, p99, max: p99 })

/** What a side made of a case in one round. */
export const sample = (said: Partial<Sample> & { p50?: number; p99?: number }): Sample => ({
  ...{ requests: 0, failed: 0, frames: 0, seconds: 1, reconnects: 0, ownCpuSeconds: 0 },
  latency: spread(said.p50 ?? 0, said.p99 ?? 0),
  firstToken: spread(said.p50 ?? 0, said.p99 ?? 0),
  betweenFrames: spread(said.p50 ?? 0, said.p99 ?? 0),
  ...said,
})

/** A side with these rounds. */
export const side = (
  samples: Partial<Record<CaseName, Sample[]>>,
  more: Partial<Measured> = {},
): Measured => ({
  samples: new Map(Object.entries(samples) as [CaseName, Sample[]][]),
  ...{ cannot: new Map(), remarks: new Map(), memory: undefined },
  ...more,
})
