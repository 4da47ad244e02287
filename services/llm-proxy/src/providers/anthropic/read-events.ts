import type { RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages/messages'
import type { FinishReason } from '@codelab/contracts/agent-llm'
import type { ProviderPart, ToolCall } from '../provider.ts'
import { readArguments } from '../tool-arguments.ts'
import type { ToolNames } from '../tool-names.ts'
import { type EventReader, jsonOf } from '../translate-events.ts'
import { VendorFailure } from '../vendor-failure.ts'
import { failureOfEvent } from './event-error.ts'
import { type AnthropicUsage, anthropicUsage, mergeUsage } from './usage.ts'

type VendorEvent =
  | RawMessageStreamEvent
  | { type: 'ping' }
  | { type: 'error'; error?: { type?: string } }

type Push = (part: ProviderPart) => void

const reasons: Record<string, FinishReason> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
}

/** A model that writes more than this into one call is running away. */
const mostCharacters = 8 * 1024 * 1024

/** Reads Anthropic's events. As with the other vendors, tool calls wait for the end mark, `message_stop`. */
export const readAnthropicEvents = ({
  provider,
  names,
}: {
  provider: string
  names: ToolNames
}): EventReader => {
  const calls = new Map<number, { id: string; name: string; json: string }>()
  let reason: FinishReason = 'stop'
  let usage: AnthropicUsage = {}
  let counted = false
  let started = false
  let ended = false

  const count = (said: AnthropicUsage | null | undefined): void => {
    if (!said) return
    counted = true
    usage = mergeUsage(usage, said)
  }

  const openBlock = (
    { index, content_block: block }: Extract<VendorEvent, { type: 'content_block_start' }>,
    push: Push,
  ): void => {
    started = true
    if (block.type === 'text' && block.text) push({ type: 'content', content: block.text })
    if (block.type === 'tool_use') {
      // The block opens with `{}` and its input follows in pieces; some servers send it whole instead.
      const given = block.input && Object.keys(block.input).length > 0
      calls.set(index, {
        id: block.id,
        name: block.name,
        json: given ? JSON.stringify(block.input) : '',
      })
    }
  }

  const addDelta = (
    { index, delta }: Extract<VendorEvent, { type: 'content_block_delta' }>,
    push: Push,
  ): void => {
    started = true
    if (delta.type === 'text_delta') push({ type: 'content', content: delta.text })
    const call = calls.get(index)
    if (delta.type !== 'input_json_delta' || !call) return
    call.json += delta.partial_json
    if (call.json.length > mostCharacters) {
      throw new VendorFailure(
        'broken',
        `The model provider "${provider}" sent an endless tool call`,
      )
    }
  }

  const end = (push: Push): void => {
    ended = true
    for (const { id, name, json } of calls.values()) {
      const call: ToolCall = {
        type: 'tool_call',
        id,
        name: names.back(name),
        ...readArguments(json),
      }
      push(call)
    }
    if (counted) push({ type: 'usage', ...anthropicUsage(usage) })
    push({ type: 'finish', reason: calls.size > 0 ? 'tool_calls' : reason })
  }

  const readEvent = (event: VendorEvent, push: Push): void => {
    switch (event.type) {
      case 'message_start':
        return count(event.message?.usage)
      case 'content_block_start':
        return openBlock(event, push)
      case 'content_block_delta':
        return addDelta(event, push)
      case 'message_delta':
        reason = reasons[event.delta?.stop_reason ?? ''] ?? 'stop'
        return count(event.usage)
      case 'message_stop':
        return end(push)
      case 'error':
        throw failureOfEvent(provider, event.error?.type)
      default: // ping, content_block_stop and whatever comes to be: their documentation asks to ignore unknown events.
    }
  }

  return {
    // The `type` inside the data repeats the event's name.
    read: (data, push) => readEvent(jsonOf<VendorEvent>(provider, data) as VendorEvent, push),
    hasStarted: () => started,
    hasEnded: () => ended,
  }
}
