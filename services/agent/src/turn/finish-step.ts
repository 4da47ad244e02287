import type { FinishReason, Usage } from '@codelab/contracts/agent-llm'
import type { MessageFinish } from '@codelab/contracts/frames'
import { taskStepped } from '../jobs/task-turn.ts'
import { endTurn } from './end-turn.ts'
import { texts } from './language.ts'
import { proposeCalls, type ProposedCall } from './propose-calls.ts'
import { cleanText } from './text.ts'
import type { StoredToolCall, Turn, Work } from './work.ts'
import { sayWhole } from './whole-message.ts'

/** What one completion came to. */
export type StepAnswer = {
  messageId: string
  content: string
  calls: ProposedCall[]
  usage: Usage | undefined
  finish: FinishReason
  model: string
  provider: string
}

/** Ends a step: stores the answer, then opens its tool calls, queues the next step or ends the turn, all in one transaction. */
export async function finishStep(work: Work, answer: StepAnswer): Promise<void> {
  const turn = await work.turns.current()
  if (answer.usage) {
    const { model, provider } = answer
    work.recordUsage({ ...answer.usage, turnId: turn.id, step: work.head.step, model, provider })
  }
  if (answer.calls.length === 0 && answer.content === '') return endEmpty(work, turn, answer)
  const content = storeAnswer(work, turn, answer)
  if (answer.calls.length === 0) {
    const { messageId } = answer
    const finish = messageFinish(answer)
    return endTurn(work, turn, 'finished', { answer: { messageId, content, finish } })
  }

  const { proceed, repeated } = await proposeCalls(work, turn, answer.calls)
  if (proceed === 'wait') return work.parkStep()
  if (proceed === 'answer') return work.queueStep()
  if (proceed === 'next') {
    work.head.step += 1
    await taskStepped(work)
    return work.queueStep(turn)
  }
  const text = (repeated ? texts.repeated : texts.stepLimit)[turn.language]
  const last = await sayWhole(work, turn, { text, finish: 'step_limit', model: answer.model })
  await endTurn(work, turn, 'finished', { answer: last })
}

function storeAnswer(work: Work, turn: Turn, answer: StepAnswer): string {
  const content = cleanText(answer.content)
  const finish = messageFinish(answer)
  if (content !== '') {
    work.emit({
      type: 'assistant_message',
      message_id: answer.messageId,
      token: '',
      is_final: true,
      content,
      ...(answer.usage && { usage: answer.usage }),
      model: answer.model,
      finish_reason: finish,
    })
  }
  const toolCalls = answer.calls.map((call): StoredToolCall => ({
    call_id: call.callId,
    tool_name: call.name,
    arguments: call.arguments,
  }))
  work.addMessage({
    id: answer.messageId,
    role: 'assistant',
    content,
    ...(toolCalls.length > 0 && { toolCalls }),
    turnId: turn.id,
    model: answer.model,
    finishReason: finish,
    usage: answer.usage,
  })
  return content
}

function messageFinish({ calls, finish }: StepAnswer): MessageFinish {
  if (calls.length > 0) return 'tool_calls'
  return finish === 'length' ? 'length' : 'stop'
}

async function endEmpty(work: Work, turn: Turn, { finish, model }: StepAnswer): Promise<void> {
  const why =
    finish === 'content_filter'
      ? `The provider's content filter withheld the answer of ${model}.`
      : `The model ${model} answered with nothing at all.`
  const message = `${why} Try again, or choose another model.`
  await endTurn(work, turn, 'failed', { reason: { code: 'upstream_failed', message } })
}
