import type { Message } from '@codelab/contracts/sessions'
import type { Item } from './state.ts'

/** A tool message that tells a failure, not a result. */
export const isError = (content: string): boolean => /^\s*\{"error"/.test(content)

/** Stored messages in the form of a running conversation. Calls of the past have been answered; how is in their tool message. */
export function itemsOf(messages: readonly Message[]): Item[] {
  const outcomes = new Map(
    messages.flatMap((message) =>
      message.role === 'tool' && message.call_id
        ? [[message.call_id, isError(message.content) ? 'failed' : 'executed'] as const]
        : [],
    ),
  )
  return messages
    .filter((message) => !message.replaced)
    .flatMap((message): Item[] => {
      const { id, role, content } = message
      if (role !== 'user' && role !== 'assistant') return []
      const said: Item[] = content
        ? [
            {
              kind: 'message',
              id,
              role,
              text: content,
              complete: true,
              ...(message.finish_reason && { finish: message.finish_reason }),
              ...(message.model && { model: message.model }),
              ...(message.usage && { usage: message.usage }),
            },
          ]
        : []
      const calls = (message.tool_calls ?? []).flatMap((call): Item[] => {
        const state = outcomes.get(call.call_id)
        if (!state) return []
        const { call_id: callId, tool_name: tool } = call
        return [{ kind: 'call', callId, tool, arguments: call.arguments, state }]
      })
      return [...said, ...calls]
    })
}
