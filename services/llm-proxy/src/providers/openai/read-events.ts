import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import type { FinishReason, Usage } from '@codelab/contracts/agent-llm'
import type { ToolNames } from '../tool-names.ts'
import { type EventReader, jsonOf } from '../translate-events.ts'
import { failureOfEvent } from './event-error.ts'
import { createToolCalls } from './tool-calls.ts'
import { usageOf } from './usage.ts'

type Chunk = ChatCompletionChunk & { error?: unknown }

export const finishReasonOf = (reason: string): FinishReason => {
  if (reason === 'length' || reason === 'content_filter') return reason
  return reason === 'tool_calls' || reason === 'function_call' ? 'tool_calls' : 'stop'
}

/**
 * Reads OpenAI's chunks. Text passes at once; tool calls wait for the end mark, so that a stream that breaks
 * never leaves a call behind, and one that breaks before any text can be tried again.
 */
export const readOpenAIEvents = ({
  provider,
  names,
  newId,
}: {
  provider: string
  names: ToolNames
  newId: () => string
}): EventReader => {
  const calls = createToolCalls({ provider, names, newId })
  let reason: FinishReason | undefined
  let usage: Usage | undefined
  let started = false
  let ended = false

  const readChunk = (chunk: Partial<Chunk>): string => {
    if (chunk.error) throw failureOfEvent(provider, chunk.error)
    if (chunk.usage) usage = usageOf(chunk.usage)
    const choice = chunk.choices?.[0]
    if (!choice) return ''
    if (choice.finish_reason) reason = finishReasonOf(choice.finish_reason)
    for (const call of choice.delta?.tool_calls ?? []) calls.add(call)
    return choice.delta?.content ?? choice.delta?.refusal ?? ''
  }

  return {
    read(data, push) {
      if (data.trim() === '[DONE]') {
        ended = true
        const whole = calls.take()
        for (const call of whole) push(call)
        if (usage) push({ type: 'usage', ...usage })
        push({ type: 'finish', reason: whole.length > 0 ? 'tool_calls' : (reason ?? 'stop') })
        return
      }
      const content = readChunk(jsonOf<Chunk>(provider, data))
      started ||= content !== '' || calls.some() || reason !== undefined
      if (content !== '') push({ type: 'content', content })
    },
    hasStarted: () => started,
    hasEnded: () => ended,
  }
}
