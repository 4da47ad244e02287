import type { ChatMessage } from '@codelab/contracts/agent-llm'
import { countMessage } from '@codelab/agent/context/tokens'
import type { StoredToolCall, WindowRow } from '@codelab/agent/context/units'

/** A stored message with its count taken, as the store gives it. */
export function row(position: number, fields: Partial<WindowRow> = {}): WindowRow {
  const whole = {
    position,
    id: `m${position}`,
    role: 'user' as const,
    content: `text ${position}`,
    toolCalls: null,
    callId: null,
    replaced: false,
    ...fields,
  }
  return { ...whole, tokenCount: fields.tokenCount ?? countMessage(whole) }
}

export const calling = (position: number, ...callIds: string[]): WindowRow =>
  row(position, {
    role: 'assistant',
    content: '',
    toolCalls: callIds.map((call_id): StoredToolCall => ({
      call_id,
      tool_name: 'read_file',
      arguments: { path: 'a' },
    })),
  })

export const answer = (position: number, callId: string, content = `result ${callId}`): WindowRow =>
  row(position, { role: 'tool', callId, content })

/** The text of a message as it is sent; ours is never in parts. */
export const textOf = ({ content }: ChatMessage): string =>
  typeof content === 'string' ? content : ''
