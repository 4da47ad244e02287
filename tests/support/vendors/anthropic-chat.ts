import type { ChatMessage } from '@codelab/contracts/agent-llm'
import type { MessagesRequest } from './anthropic-schema.ts'

type Message = MessagesRequest['messages'][number]
type Block = Exclude<Message['content'], string>[number]

/** Anthropic's conversation in the chat form that scripts read. */
export function chatFromAnthropic({ system, messages }: MessagesRequest): ChatMessage[] {
  const head: ChatMessage[] =
    system === undefined ? [] : [{ role: 'system', content: textIn(system) }]
  return [...head, ...messages.flatMap(({ role, content }) => messagesOf(role, blocksOf(content)))]
}

/** Content as blocks: a string is one text block. */
export const blocksOf = (content: Message['content']): readonly Block[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content

function messagesOf(role: Message['role'], blocks: readonly Block[]): ChatMessage[] {
  const text = textIn(blocks)
  if (role === 'assistant') {
    const calls = blocks.flatMap((block) =>
      block.type === 'tool_use'
        ? [
            {
              id: block.id,
              type: 'function' as const,
              function: { name: block.name, arguments: JSON.stringify(block.input) },
            },
          ]
        : [],
    )
    return [{ role, content: text, ...(calls.length > 0 && { tool_calls: calls }) }]
  }
  const results = blocks.flatMap((block): ChatMessage[] =>
    block.type === 'tool_result'
      ? [{ role: 'tool', tool_call_id: block.tool_use_id, content: textIn(block.content ?? '') }]
      : [],
  )
  const saysMore = blocks.some(({ type }) => type !== 'tool_result')
  return saysMore ? [...results, { role, content: text }] : results
}

const textIn = (content: string | readonly { type: string; text?: string }[]): string =>
  typeof content === 'string'
    ? content
    : content.map((block) => (block.type === 'text' ? block.text : '')).join('')
