import { endTurn } from './end-turn.ts'
import { modelOf } from './model-of.ts'
import { endCall } from './resolve-call.ts'
import type { Turn, Work } from './work.ts'

/** Stops the running turn: the partial answer is kept and marked, what waits is resolved, no later write of its worker counts. Harmless when none runs. */
export async function cancelTurn(work: Work, by?: string): Promise<boolean> {
  if (work.head.turnId === null) return false
  const turn = await work.turns.current()
  work.raiseFence()
  await keepPartialAnswer(work, turn)
  const answer = { error: { code: 'cancelled', message: 'The user cancelled the turn.' } }
  const open = await work.calls.openOf({ turn: turn.id })
  for (const call of open) endCall(work, call, { outcome: 'cancelled', answer, by })
  await endTurn(work, turn, 'cancelled')
  return true
}

async function keepPartialAnswer(work: Work, turn: Turn): Promise<void> {
  const partial = await work.partialMessage()
  if (!partial) return
  const { messageId, text } = partial
  const model = modelOf(work, turn)
  // Of the answer that was broken off nobody knows what it cost.
  const usage = await work.usageOf(turn)
  work.emit({
    type: 'assistant_message',
    message_id: messageId,
    token: '',
    is_final: true,
    content: text,
    ...(usage && { usage }),
    ...(model !== undefined && { model }),
    finish_reason: 'cancelled',
  })
  work.addMessage({
    id: messageId,
    role: 'assistant',
    content: text,
    turnId: turn.id,
    model,
    usage,
    finishReason: 'cancelled',
  })
}
