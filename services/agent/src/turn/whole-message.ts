import type { MessageFinish } from '@codelab/contracts/frames'
import type { FinalAnswer } from './end-turn.ts'
import type { Turn, Work } from './work.ts'

/** Says something in the agent's own words: one piece, the final frame, and the stored message. */
export function sayWhole(work: Work, turn: Turn, text: string, finish: MessageFinish): FinalAnswer {
  const id = work.newId()
  work.emit({ type: 'assistant_message', message_id: id, token: text, is_final: false })
  work.emit({
    type: 'assistant_message',
    message_id: id,
    token: '',
    is_final: true,
    content: text,
    finish_reason: finish,
  })
  work.addMessage({ id, role: 'assistant', content: text, turnId: turn.id, finishReason: finish })
  return { messageId: id, content: text, finish }
}
