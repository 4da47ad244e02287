import type { Usage } from '@codelab/contracts/agent-llm'
import type { PlainLog } from '@codelab/runtime/log'
import type { Candidate } from '../routing/model-table.ts'
import type { Meter } from './meter.ts'

/** How a request ended: whole; the caller left; the answer broke off; no model answered; a model refused the request itself. */
export type Outcome = 'completed' | 'cancelled' | 'broken' | 'failed' | 'invalid'

export type Subject = {
  readonly kind: 'completion' | 'embedding'
  readonly user: string | undefined
  /** The first model of the chain. */
  readonly asked: Candidate
}

/** The bookkeeping of one request. `end` counts once, whoever calls it first. */
export type UsageRecord = {
  tried(): void
  answered(by: Candidate): void
  counted(usage: Usage): void
  end(outcome: Outcome): void
}

/** Writes one log record and the metrics per request, also for those that were cancelled or broke off. Never content. */
export const createUsage =
  ({ say, meter, now }: { say: PlainLog; meter: Meter; now: () => number }) =>
  ({ kind, user, asked }: Subject): UsageRecord => {
    const startedAt = now()
    let attempts = 0
    let served = asked
    let firstPartAt: number | undefined
    let usage: Usage | undefined
    let over = false

    const measure = (outcome: Outcome): void => {
      const [provider, model] = [served.provider.name, served.model.id]
      meter.requests(1, provider, model, kind, outcome)
      if (attempts > 1) meter.retries.inc({ provider, model }, attempts - 1)
      meter.duration((now() - startedAt) / 1000, provider, model)
      if (!usage) return
      meter.tokens(usage.input_tokens, provider, model, 'in')
      meter.tokens(usage.output_tokens, provider, model, 'out')
      meter.tokens(usage.cached_tokens ?? 0, provider, model, 'cached')
    }

    return {
      tried() {
        attempts += 1
      },
      answered(by) {
        served = by
        firstPartAt = now()
        meter.firstPart((firstPartAt - startedAt) / 1000, by.provider.name, by.model.id)
      },
      counted({ input_tokens, output_tokens, cached_tokens }) {
        usage = {
          input_tokens,
          output_tokens,
          ...(cached_tokens !== undefined && { cached_tokens }),
        }
      },
      end(outcome) {
        if (over) return
        over = true
        measure(outcome)
        say(
          {
            kind,
            outcome,
            user,
            model: served.model.id,
            provider: served.provider.name,
            ...(served !== asked && { fell_back_from: asked.model.id }),
            attempts,
            ...usage,
            ...(firstPartAt !== undefined && {
              first_part_ms: Math.round(firstPartAt - startedAt),
            }),
            duration_ms: Math.round(now() - startedAt),
          },
          'usage',
        )
      },
    }
  }

export type BeginUsage = ReturnType<typeof createUsage>
