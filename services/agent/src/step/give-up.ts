import type { FailureCode } from '@codelab/contracts/errors'
import type { HeldStep } from '../store/leases.ts'
import type { SessionWork } from '../store/session-work.ts'
import { tryTaskAgain } from '../jobs/task-turn.ts'
import { endTurn } from '../turn/end-turn.ts'
import { texts } from '../turn/language.ts'
import { sayWhole } from '../turn/whole-message.ts'
import type { Work } from '../turn/work.ts'

const targetOf = ({ sessionId, fence }: HeldStep) => ({ sessionId, fence })

async function discard(work: Work, reason: string): Promise<void> {
  const partial = await work.partialMessage()
  if (!partial) return
  work.emit({ type: 'message_discarded', message_id: partial.messageId, reason })
}

/** Takes back the text that an attempt has shown; the next attempt comes under a new id. */
export const discardPartial = (inSession: SessionWork, step: HeldStep, reason: string) =>
  inSession(targetOf(step), (work) => discard(work, reason))

/** Gives the step back, to be run from its start by another worker at once. */
export const parkStep = (inSession: SessionWork, step: HeldStep) =>
  inSession(targetOf(step), async (work) => {
    await discard(work, 'The service restarts; the answer begins again.')
    work.raiseFence()
    work.queueStep()
  })

/** Nothing answered at all: these codes come after every model of the chain was tried. */
const allDown = new Set<FailureCode>([
  'unavailable',
  'upstream_failed',
  'upstream_timeout',
  'rate_limited',
])

/**
 * Ends the turn of a completion that failed for good. Before its first part with all models down, the turn finishes with a message
 * that says so; otherwise it fails, with the reason in plain words.
 */
export const failStep = (
  inSession: SessionWork,
  step: HeldStep,
  failure: { code: FailureCode; message: string },
  { begun = false } = {},
) =>
  inSession(targetOf(step), async (work) => {
    const turn = await work.turns.current()
    await discard(work, failure.message)
    if (await tryTaskAgain(work, failure)) return
    if (!begun && allDown.has(failure.code)) {
      const text = texts.unavailable[turn.language]
      const answer = await sayWhole(work, turn, { text, finish: 'unavailable' })
      return endTurn(work, turn, 'finished', { answer })
    }
    const code = failure.code === 'internal' ? 'internal' : 'upstream_failed'
    await endTurn(work, turn, 'failed', { reason: { code, message: plain(failure.message) } })
  })

const plain = (message: string) => message.toWellFormed().replaceAll('\0', '').slice(0, 1_000)
