import { endTask } from '../jobs/task-turn.ts'
import type { JobEnd } from '../jobs/end-job.ts'
import { startTurn } from './start-turn.ts'
import type { MessageFinish } from '@codelab/contracts/frames'
import type { Note, Turn, Work } from './work.ts'

/** The last message of a turn. */
export type FinalAnswer = { messageId: string; content: string; finish: MessageFinish }

/**
 * Ends the running turn, with the task that it belongs to, and starts the next one that waits, if any. `reason` is kept, so that a
 * client that comes later learns it too.
 */
export async function endTurn(
  work: Work,
  turn: Turn,
  state: 'finished' | 'cancelled' | 'failed',
  { reason, answer }: { reason?: Omit<Note, 'in_reply_to'>; answer?: FinalAnswer } = {},
): Promise<void> {
  const note = reason && { ...reason, in_reply_to: turn.messageId }
  turn.state = state
  turn.steps = work.head.step
  turn.endedAt = work.now
  turn.failCode = reason?.code ?? null
  turn.failMessage = reason?.message ?? null
  turn.endSeq = work.emit({ type: 'turn', state, turn_id: turn.id }, note)
  await work.turns.save(turn)
  if (turn.jobId !== null) await endTask(work, turn.jobId, taskEnd(turn, reason, answer))
  work.head.turnId = null
  work.head.jobId = null
  work.head.step = 0
  work.head.lastActivityAt = work.now
  work.parkStep()
  const next = await work.turns.nextQueued()
  if (next) await startTurn(work, next)
}

const unfinished: Partial<Record<MessageFinish, string>> = {
  step_limit: 'out_of_steps',
  unavailable: 'unavailable',
}

function taskEnd(
  { id, state }: Turn,
  reason: Omit<Note, 'in_reply_to'> | undefined,
  answer: FinalAnswer | undefined,
): JobEnd {
  if (state === 'cancelled') return { state: 'cancelled' }
  if (state === 'failed' || answer === undefined) {
    const message = reason?.message ?? 'The turn of this task ended without an answer.'
    return { state: 'failed', error: { code: reason?.code ?? 'internal', message } }
  }
  const code = unfinished[answer.finish]
  if (code !== undefined) return { state: 'failed', error: { code, message: answer.content } }
  const { messageId, content } = answer
  return { state: 'succeeded', result: { turn_id: id, message_id: messageId, content } }
}
