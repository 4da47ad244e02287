import type { ChatResponse } from 'ollama'
import type { ToolCall } from '../provider.ts'
import { readArguments } from '../tool-arguments.ts'
import type { ToolNames } from '../tool-names.ts'
import { type EventReader, jsonOf } from '../translate-events.ts'
import { VendorFailure } from '../vendor-failure.ts'

type Line = ChatResponse & { error?: unknown }
type VendorCall = { id?: string; function?: { name?: string; arguments?: unknown } }

/** Absent on a prompt that was in the server's cache whole. */
const usageOf = ({ prompt_eval_count: read, eval_count: written }: Partial<Line>) =>
  read === undefined && written === undefined
    ? undefined
    : { input_tokens: read ?? 0, output_tokens: written ?? 0 }

/** Reads Ollama's lines. Calls come whole, most without an id; they wait for `done` as with the other vendors. */
export const readOllamaLines = ({
  provider,
  names,
  newId,
}: {
  provider: string
  names: ToolNames
  newId: () => string
}): EventReader => {
  const calls: ToolCall[] = []
  let started = false
  let ended = false

  const callOf = ({ id, function: called }: VendorCall): ToolCall => {
    const given = called?.arguments ?? {}
    return {
      type: 'tool_call',
      id: id || newId(),
      name: names.back(called?.name ?? ''),
      ...readArguments(typeof given === 'string' ? given : JSON.stringify(given)),
    }
  }

  return {
    read(data, push) {
      const line = jsonOf<Line>(provider, data)
      if (line.error) {
        throw new VendorFailure(
          'overloaded',
          `The model provider "${provider}" reported an error while it answered`,
        )
      }
      const { content, thinking, tool_calls: called } = line.message ?? {}
      if (called) calls.push(...called.map(callOf))
      started ||= Boolean(content) || Boolean(thinking) || calls.length > 0 || line.done === true
      if (content) push({ type: 'content', content })
      if (!line.done) return
      ended = true
      for (const call of calls) push(call)
      const usage = usageOf(line)
      if (usage) push({ type: 'usage', ...usage })
      const reason = line.done_reason === 'length' ? 'length' : 'stop'
      push({ type: 'finish', reason: calls.length > 0 ? 'tool_calls' : reason })
    },
    hasStarted: () => started,
    hasEnded: () => ended,
  }
}
