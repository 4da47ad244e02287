import type { Metrics } from '@codelab/runtime/metrics'
import type { ChainEvents } from '../routing/try-chain.ts'
import type { BreakerState } from '../routing/breaker.ts'

const breakerValues: Record<BreakerState, number> = { closed: 0, half_open: 1, open: 2 }

/** Seconds, from a local model's first word to a long answer. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]

export type Meter = ReturnType<typeof createMeter>

/** All figures of this service, made once. Labels come from the model table only, never from a caller. */
export const createMeter = (metrics: Metrics) => {
  const of = ['provider', 'model'] as const
  const tries = metrics.tally('tries_total', 'Tries at a model, by what came of them', [
    ...of,
    'outcome',
  ])
  const fallbacks = metrics.counter('fallbacks_total', 'Changes to the next model of the chain', [
    'from',
    'to',
  ])
  const breaker = metrics.gauge(
    'breaker_state',
    'Circuit breaker: 0 closed, 1 half open, 2 open',
    of,
  )
  const events: ChainEvents = {
    tried: ({ provider, model }, outcome) => tries(1, provider.name, model.id, outcome),
    fellBack: (from, to) => fallbacks.inc({ from: from.model.id, to: to.model.id }),
  }
  return {
    events,
    breakerChanged: (key: { provider: string; model: string }, state: BreakerState): void =>
      breaker.set({ ...key }, breakerValues[state]),
    requests: metrics.tally('requests_total', 'Requests by model and outcome', [
      ...of,
      'kind',
      'outcome',
    ]),
    retries: metrics.counter('retries_total', 'Tries beyond the first at each request', of),
    firstPart: metrics.spread('first_part_seconds', 'From request to first part', of, buckets),
    duration: metrics.spread(
      'duration_seconds',
      'From request to the end of the answer',
      of,
      buckets,
    ),
    tokens: metrics.tally('tokens_total', 'Tokens as the vendors counted them', [
      ...of,
      'direction',
    ]),
    openStreams: metrics.gauge('open_streams', 'Answers that are being streamed'),
  }
}
