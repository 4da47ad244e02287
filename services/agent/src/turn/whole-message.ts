import type { MessageFinish } from '@codelab/contracts/frames'
import type { FinalAnswer } from './end-turn.ts'
import { modelOf } from './model-of.ts'
import type { Turn, Work } from './work.ts'

type Saying = { text: string; finish: MessageFinish; model?: string }

/** Says something in the agent's own words: one piece, the final frame with what the turn has used, and the stored message. */
export async function sayWhole(
  work: Work,
  turn: Turn,
  { text, finish, model = modelOf(work, turn) }: Saying,
): Promise<FinalAnswer> {
  const id = work.newId()
  const usage = await work.usageOf(turn)
  work.emit({ type: 'assistant_message', message_id: id, token: text, is_final: false })
  work.emit({
    type: 'assistant_message',
    message_id: id,
    token: '',
    is_final: true,
    content: text,
    ...(usage && { usage }),
    ...(model !== undefined && { model }),
    finish_reason: finish,
  })
  work.addMessage({
    id,
    role: 'assistant',
    content: text,
    turnId: turn.id,
    model,
    finishReason: finish,
    usage,
  })
  return { messageId: id, content: text, finish }
}
