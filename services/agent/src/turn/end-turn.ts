import { startTurn } from './start-turn.ts'
import type { Note, Turn, Work } from './work.ts'

/** Ends the running turn and starts the next one that waits, if any. `reason` is kept, so that a client that comes later learns it too. */
export async function endTurn(
  work: Work,
  turn: Turn,
  state: 'finished' | 'cancelled' | 'failed',
  reason?: Omit<Note, 'in_reply_to'>,
): Promise<void> {
  const note = reason && { ...reason, in_reply_to: turn.messageId }
  turn.state = state
  turn.steps = work.head.step
  turn.endedAt = work.now
  turn.failCode = reason?.code ?? null
  turn.failMessage = reason?.message ?? null
  turn.endSeq = work.emit({ type: 'turn', state, turn_id: turn.id }, note)
  await work.turns.save(turn)
  work.head.turnId = null
  work.head.step = 0
  work.head.lastActivityAt = work.now
  work.parkStep()
  const next = await work.turns.nextQueued()
  if (next) await startTurn(work, next)
}
