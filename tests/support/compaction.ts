import type { CompletionRequest } from '@codelab/contracts/agent-llm'

/** Is a model asked here for a summary of older messages? */
export const isSummary = ({ messages, tools }: CompletionRequest): boolean =>
  tools === undefined && textOf(messages[0]).startsWith('You write the notes')

/** The text of a message as it is sent; ours is never in parts. */
export const textOf = (message: CompletionRequest['messages'][number] | undefined): string =>
  typeof message?.content === 'string' ? message.content : ''

export const textsOf = ({ messages }: CompletionRequest): string[] => messages.map(textOf)

/** With it twelve messages are nearly all that the window takes; the newest six stay when they are summarised. */
export const smallWindow = { HISTORY_LIMIT: '15', COMPACTION_AT: '0.8' }

/** A message long enough for a summary to be shorter. */
export const long = (text: string): string => `${text} ${'quack '.repeat(40)}`
