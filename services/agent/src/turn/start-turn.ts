import { wakeJob } from '../jobs/queue-job.ts'
import type { Turn, Work } from './work.ts'

/** Starts a stored message's turn: its text enters the context and the first step is queued. */
export async function startTurn(work: Work, turn: Turn): Promise<void> {
  if (turn.replaces !== null) await work.replaceFrom(turn.replaces)
  work.addMessage({
    id: turn.messageId,
    role: 'user',
    content: turn.content ?? '',
    turnId: turn.id,
    createdAt: turn.createdAt,
  })
  const seq = work.emit({ type: 'turn', state: 'started', turn_id: turn.id })
  const followsItsMessage = seq === turn.messageSeq + 1
  turn.state = 'running'
  turn.content = null
  turn.startedAt = work.now
  turn.startSeq = followsItsMessage ? turn.messageSeq : seq
  await work.turns.save(turn)
  work.head.turnId = turn.id
  work.head.jobId = turn.jobId
  work.head.step = 1
  // A task takes its place among the running jobs first.
  if (turn.jobId !== null) await wakeJob(work, turn.jobId)
  else work.queueStep(turn)
}
