import type { ChatMessage, ToolDefinition } from '@codelab/contracts/agent-llm'

/** What the script reads of a request, whatever dialect it came in. */
export type ModelRequest = {
  readonly messages: readonly ChatMessage[]
  /** Names as offered; `.` and `_` count as the same. */
  readonly tools: readonly string[]
  /** The tool that must be called, when the request says so; `any` leaves the choice. */
  readonly mustCall?: string
}

/** A call of an earlier step, with the text of its result once there is one. */
export type PastCall = {
  readonly name: string
  readonly arguments: string
  readonly result: string | undefined
}

/** The conversation since the newest user message: what was asked, and what each step so far did. */
export type Turn = {
  readonly asked: string
  readonly steps: readonly (readonly PastCall[])[]
}

/** The text of a message's content, with parts that are no text left out. */
export function textOf(content: ChatMessage['content']): string {
  if (typeof content === 'string') return content
  return (content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('')
}

/** The names of the tools in a request of OpenAI's form; `tool_choice: none` offers nothing. */
export const offeredTools = (tools: readonly ToolDefinition[] = [], choice?: unknown): string[] =>
  choice === 'none' ? [] : tools.map((tool) => tool.function.name)

/** Reads the newest turn out of a conversation. */
export function turnOf(messages: readonly ChatMessage[]): Turn {
  const start = messages.findLastIndex(({ role }) => role === 'user')
  const later = messages.slice(start + 1)
  const results = new Map(
    later.flatMap((message) =>
      message.role === 'tool' ? [[message.tool_call_id, textOf(message.content)] as const] : [],
    ),
  )
  const steps = later.flatMap((message) =>
    message.role === 'assistant' && message.tool_calls?.length
      ? [message.tool_calls.map((call) => ({ ...call.function, result: results.get(call.id) }))]
      : [],
  )
  return { asked: start < 0 ? '' : textOf(messages[start]?.content), steps }
}
