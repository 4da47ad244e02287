import { blocksOf } from './anthropic-chat.ts'
import type { MessagesRequest } from './anthropic-schema.ts'

type Rule = (request: MessagesRequest) => string | undefined

/** What Anthropic refuses in a request whose form is right, in its words. */
export const anthropicRules: Rule = (request) => {
  for (const rule of rules) {
    const refusal = rule(request)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

const someMessage: Rule = ({ messages }) =>
  messages.length === 0 ? 'messages: at least one message is required' : undefined

const userBegins: Rule = ({ messages }) =>
  messages[0]?.role === 'assistant' ? 'messages: first message must use the "user" role' : undefined

/** The vendor itself joins neighbours of one role by now; older versions and other hosts of its models refuse them, so we do. */
const rolesAlternate: Rule = ({ messages }) => {
  const again = messages.find(({ role }, at) => role === messages[at - 1]?.role)
  return (
    again &&
    `messages: roles must alternate between "user" and "assistant", but found multiple "${again.role}" roles in a row`
  )
}

const contentIsSaid: Rule = ({ messages }) => {
  const empty = messages.findIndex(
    ({ role, content }, at) =>
      content.length === 0 && !(role === 'assistant' && at === messages.length - 1),
  )
  if (empty >= 0) {
    return `messages.${empty}: all messages must have non-empty content except for the optional final assistant message`
  }
  const blank = messages.some(({ content }) =>
    blocksOf(content).some((block) => block.type === 'text' && block.text.trim() === ''),
  )
  return blank ? 'messages: text content blocks must contain non-whitespace text' : undefined
}

const noTrailingSpace: Rule = ({ messages }) => {
  const last = messages.at(-1)
  const block = last?.role === 'assistant' ? blocksOf(last.content).at(-1) : undefined
  return block?.type === 'text' && /\s$/.test(block.text)
    ? 'messages: final assistant content cannot end with trailing whitespace'
    : undefined
}

const usesAreAnswered: Rule = ({ messages }) => {
  for (const [at, message] of messages.entries()) {
    if (message.role !== 'assistant') continue
    const next = messages[at + 1]
    const answered = leadingResults(next)
    const missing = usesIn(message).filter((id) => !answered.includes(id))
    if (missing.length > 0) {
      return `messages.${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`
    }
  }
  return undefined
}

const resultsAnswerUses: Rule = ({ messages }) => {
  for (const [at, message] of messages.entries()) {
    const uses = usesIn(messages[at - 1])
    for (const [index, block] of blocksOf(message.content).entries()) {
      if (block.type !== 'tool_result' || uses.includes(block.tool_use_id)) continue
      return `messages.${at}.content.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${block.tool_use_id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`
    }
  }
  return undefined
}

const blocksFitRoles: Rule = ({ messages }) => {
  for (const [at, { role, content }] of messages.entries()) {
    const wrong = role === 'user' ? 'tool_use' : 'tool_result'
    if (!blocksOf(content).some(({ type }) => type === wrong)) continue
    return `messages.${at}: \`${wrong}\` blocks can only be in \`${role === 'user' ? 'assistant' : 'user'}\` messages`
  }
  return undefined
}

const toolsAreDistinct: Rule = ({ tools = [] }) =>
  new Set(tools.map(({ name }) => name)).size < tools.length
    ? 'tools: Tool names must be unique.'
    : undefined

const choiceNeedsTools: Rule = ({ tools = [], tool_choice: choice }) =>
  choice && tools.length === 0
    ? 'tool_choice: tool_choice may only be specified while providing tools.'
    : undefined

const rules: readonly Rule[] = [
  someMessage,
  userBegins,
  rolesAlternate,
  contentIsSaid,
  noTrailingSpace,
  blocksFitRoles,
  usesAreAnswered,
  resultsAnswerUses,
  toolsAreDistinct,
  choiceNeedsTools,
]

type Message = MessagesRequest['messages'][number]

const usesIn = (message: Message | undefined): string[] =>
  blocksOf(message?.content ?? '').flatMap((block) => (block.type === 'tool_use' ? [block.id] : []))

/** Results count only where they come before any other content. */
function leadingResults(message: Message | undefined): string[] {
  const ids: string[] = []
  for (const block of blocksOf(message?.content ?? '')) {
    if (block.type !== 'tool_result') break
    ids.push(block.tool_use_id)
  }
  return ids
}
