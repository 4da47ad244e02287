import { endTask } from '../jobs/task-turn.ts'
import type { Turn, Work } from './work.ts'

/** Takes back a turn that has not started: its message is kept, out of the context. The task that it was for is cancelled. */
export async function dropTurn(work: Work, turn: Turn): Promise<void> {
  work.addMessage({
    id: turn.messageId,
    role: 'user',
    content: turn.content ?? '',
    turnId: turn.id,
    replaced: true,
    createdAt: turn.createdAt,
  })
  turn.state = 'replaced'
  turn.content = null
  turn.endedAt = work.now
  await work.turns.save(turn)
  if (turn.jobId !== null) await endTask(work, turn.jobId, { state: 'cancelled' })
}
