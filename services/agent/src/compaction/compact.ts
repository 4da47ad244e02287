import type pg from 'pg'
import type { Usage } from '@codelab/contracts/agent-llm'
import type { Log } from '@codelab/runtime/log'
import type { Tracing } from '@codelab/runtime/tracing'
import type { HeldStep } from '../store/leases.ts'
import type { SessionWork } from '../store/session-work.ts'
import { resultShare } from '../context/result-text.ts'
import type { NewCompaction } from '../turn/work.ts'
import type { CompactionPlan } from './plan.ts'
import { readMaterial, type Material } from './read-material.ts'
import { summarise, type Complete, type Summarised } from './summarise.ts'

/** A person waits for the turn meanwhile; two pieces are more than a window's worth of history. */
const mostCalls = 2
const longestMs = 60_000

type Parts = {
  pool: pg.Pool
  inSession: SessionWork
  complete: Complete
  /** The summarising model; absent: the turn's own. */
  model: string | undefined
  maxTokens: number
  tracing: Tracing
  log: Log
  countTokens: (usage: Usage) => void
  count: (outcome: CompactionOutcome) => void
}

/** `used`, or why not: no gain in tokens, no answer, too long, a failure, or the step was taken away in the middle. */
export type CompactionOutcome = 'used' | 'no_gain' | 'empty' | 'too_long' | 'failed' | 'abandoned'

export type Compact = ReturnType<typeof createCompactor>

/**
 * Summarises older messages before a step, inside its lease: what comes of it is stored under the step's fence in one transaction, with
 * the tokens it cost, also when it is of no use, so that the same messages are not tried again. Answers whether there is a new summary.
 */
export function createCompactor(parts: Parts) {
  const { pool, complete, maxTokens, tracing, log, count } = parts

  return async function compact(
    step: HeldStep,
    plan: CompactionPlan,
    { model, signal }: { model: string; signal: AbortSignal },
  ): Promise<boolean> {
    const { after, upTo, previous, summaryTokens } = plan
    const run = async (): Promise<boolean> => {
      const range = { sessionId: step.sessionId, after, upTo, maxTokens: mostCalls * maxTokens }
      const material = await readMaterial(pool, range)
      const task = {
        material,
        notes: previous?.content,
        model: parts.model ?? model,
        userId: step.userId,
        maxTokens,
        summaryTokens,
        mostCalls,
      }
      const bound = AbortSignal.any([signal, AbortSignal.timeout(longestMs)])
      const summarised = await summarise(complete, task, bound)
      if (signal.aborted) return false
      const compaction = judge(plan, material, summarised, resultShare(maxTokens))
      await store(parts, step, { compaction, summarised })
      count(compaction.outcome)
      if (compaction.outcome === 'used') return true
      const reason = 'reason' in summarised ? summarised.reason : undefined
      log.warn({ outcome: compaction.outcome, reason }, 'older messages were not summarised')
      return false
    }
    return tracing.span('compaction', { after, up_to: upTo }, async () => {
      try {
        return await run()
      } finally {
        if (signal.aborted) count('abandoned')
      }
    })
  }
}

/** A summary helps when it takes at most half the tokens of what it stands for. */
function judge(
  { upTo, considered, previous }: CompactionPlan,
  { rows }: Material,
  summarised: Summarised,
  share: number,
): Omit<NewCompaction, 'outcome'> & { outcome: CompactionOutcome } {
  if (summarised.kind !== 'summary') return { upTo: considered, outcome: summarised.kind }
  const replaced = rows.reduce((sum, { tokenCount }) => sum + Math.min(tokenCount, share), 0)
  const { content, tokens, model } = summarised
  if (tokens > (replaced + (previous?.tokenCount ?? 0)) / 2)
    return { upTo: considered, outcome: 'no_gain' }
  return { upTo, outcome: 'used', summary: { content, tokens, model } }
}

async function store(
  { inSession, countTokens }: Parts,
  step: HeldStep,
  { compaction, summarised }: { compaction: NewCompaction; summarised: Summarised },
): Promise<void> {
  await inSession({ sessionId: step.sessionId, fence: step.fence }, async (work) => {
    for (const each of summarised.usage) {
      work.recordUsage({ ...each, turnId: step.turnId, step: step.step })
    }
    await work.saveCompaction(compaction)
  })
  summarised.usage.forEach(countTokens)
}
