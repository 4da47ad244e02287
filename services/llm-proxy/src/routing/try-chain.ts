import { setTimeout as wait } from 'node:timers/promises'
import { VendorFailure, isRetryable } from '../providers/vendor-failure.ts'
import type { Breaker } from './breaker.ts'
import type { Breakers } from './breakers.ts'
import { type GaveUp, exhausted, gaveUp, invalidAtVendor } from './exhausted.ts'
import type { Candidate } from './model-table.ts'
import type { RetryBudgets } from './retry-budget.ts'
import { type RetrySettings, retryDelay } from './retry-delay.ts'

/** What the metrics want to know of the loop. */
export type ChainEvents = {
  tried(candidate: Candidate, outcome: string): void
  fellBack(from: Candidate, to: Candidate): void
}

export type ChainResult<Value> = {
  readonly value: Value
  readonly candidate: Candidate
  /** Tries at all models. */
  readonly attempts: number
  readonly fellBackFrom: string | undefined
}

type Deps = {
  readonly breakers: Breakers
  readonly budgets: RetryBudgets
  readonly retry: RetrySettings
  readonly random: () => number
  readonly events: ChainEvents
}

export type TryChain = ReturnType<typeof createTryChain>

/**
 * The one retry loop of the whole system. Tries each model of the chain in turn until `operation` gives its first part; throws the
 * `Failure` the caller gets, or the signal's reason when the caller has gone. Only failures of the vendor count against a model.
 */
export const createTryChain = ({ breakers, budgets, retry, random, events }: Deps) => {
  /** One try; gives the vendor's failure instead of throwing it. */
  const tryOnce = async <Value>(
    candidate: Candidate,
    breaker: Breaker,
    {
      operation,
      signal,
    }: { operation: (candidate: Candidate) => Promise<Value>; signal: AbortSignal },
  ): Promise<{ value: Value } | { failure: VendorFailure } | 'open'> => {
    const permit = breaker.enter()
    if (!permit) return 'open'
    try {
      const value = await operation(candidate)
      permit.succeeded()
      events.tried(candidate, 'answered')
      return { value }
    } catch (error) {
      const failure = error instanceof VendorFailure && !signal.aborted ? error : undefined
      if (failure && isRetryable(failure.kind)) permit.failed()
      else permit.released()
      if (!failure) throw error
      events.tried(candidate, failure.kind)
      return { failure }
    }
  }

  const waitFor = async (
    failure: VendorFailure,
    failedTries: number,
    signal: AbortSignal,
  ): Promise<boolean> => {
    const { retryAfterMs } = failure
    const delay = retryDelay(retry, { failedTries, retryAfterMs, random })
    if (delay === undefined) return false
    await wait(delay, undefined, { signal })
    return true
  }

  return async <Value>(
    chain: readonly Candidate[],
    operation: (candidate: Candidate) => Promise<Value>,
    signal: AbortSignal,
  ): Promise<ChainResult<Value>> => {
    let attempts = 0
    const reasons: GaveUp[] = []

    const tryModel = async (candidate: Candidate): Promise<{ value: Value } | GaveUp> => {
      const { provider, model } = candidate
      const key = { provider: provider.name, model: model.id }
      const breaker = breakers.of(key)
      const budget = budgets.of(key)
      let last: GaveUp | undefined
      for (let tries = 1; ; tries++) {
        const outcome = await tryOnce(candidate, breaker, { operation, signal })
        if (outcome === 'open') return last ?? openReason(candidate, breaker)
        if (tries === 1) budget.begin()
        attempts += 1
        if ('value' in outcome) return outcome
        const { failure } = outcome
        if (failure.kind === 'invalid') throw invalidAtVendor(failure)
        last = gaveUp(failure)
        const more = tries < retry.attempts && isRetryable(failure.kind)
        if (!more || breaker.state === 'open' || !budget.take()) return last
        if (!(await waitFor(failure, tries, signal))) return last
      }
    }

    for (const [index, candidate] of chain.entries()) {
      const previous = chain[index - 1]
      if (previous) events.fellBack(previous, candidate)
      const outcome = await tryModel(candidate)
      if ('value' in outcome) {
        const fellBackFrom = index > 0 ? chain[0]?.model.id : undefined
        return { value: outcome.value, candidate, attempts, fellBackFrom }
      }
      reasons.push(outcome)
    }
    throw exhausted(reasons)
  }
}

const openReason = ({ provider, model }: Candidate, breaker: Breaker): GaveUp => ({
  kind: 'open',
  message: `The model "${model.id}" of the provider "${provider.name}" failed several times in a row and rests`,
  retryAfterMs: breaker.waitMs,
})
