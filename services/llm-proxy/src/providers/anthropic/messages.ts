import type { ContentBlockParam, MessageParam } from '@anthropic-ai/sdk/resources/messages/messages'
import type { ChatMessage } from '@codelab/contracts/agent-llm'
import { textOfContent } from '../text-of-content.ts'
import type { ToolNames } from '../tool-names.ts'
import { blocksFor } from './blocks.ts'

const isSystem = ({ role }: ChatMessage): boolean => role === 'system' || role === 'developer'

/** Results must come first in the turn that follows their calls. */
const resultsFirst = (blocks: ContentBlockParam[]): ContentBlockParam[] => [
  ...blocks.filter(({ type }) => type === 'tool_result'),
  ...blocks.filter(({ type }) => type !== 'tool_result'),
]

/**
 * The conversation as the vendor wants it: leading system messages apart, roles taking turns (neighbours of one role become one message),
 * the first turn the user's.
 */
export const anthropicMessages = (
  messages: readonly ChatMessage[],
  names: ToolNames,
): { system: string; messages: MessageParam[] } => {
  const firstTurn = messages.findIndex((message) => !isSystem(message))
  const leading = firstTurn < 0 ? messages : messages.slice(0, firstTurn)
  const turns: { role: 'user' | 'assistant'; blocks: ContentBlockParam[] }[] = []
  for (const message of messages.slice(leading.length)) {
    const { role, blocks } = blocksFor(message, names)
    if (blocks.length === 0) continue
    const last = turns.at(-1)
    if (last?.role === role) last.blocks.push(...blocks)
    else turns.push({ role, blocks })
  }
  if (turns[0]?.role !== 'user') {
    turns.unshift({
      role: 'user',
      blocks: [{ type: 'text', text: '(Earlier messages are left out.)' }],
    })
  }
  return {
    system: leading
      .map(({ content }) => textOfContent(content))
      .filter((text) => text.trim() !== '')
      .join('\n\n'),
    messages: turns.map(({ role, blocks }) => ({ role, content: resultsFirst(blocks) })),
  }
}
