import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import type { ProviderPart } from '../providers/provider.ts'
import { dialectUsage } from './usage.ts'

export type AnswerHead = {
  readonly id: string
  /** Seconds since 1970. */
  readonly created: number
  readonly model: string
}

type Delta = ChatCompletionChunk.Choice['delta']

export const frame = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`

/** Turns our parts into OpenAI's chunks, framed as events. The usage comes last, as there, and only to those who asked for it. */
export const createChunks = (head: AnswerHead, includeUsage: boolean) => {
  let calls = 0
  let usage: ChatCompletionChunk['usage']

  const chunk = (
    delta: Delta,
    finish: ChatCompletionChunk.Choice['finish_reason'] = null,
  ): string =>
    frame({
      ...head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason: finish }],
    } satisfies ChatCompletionChunk)

  const usageChunk = (): string =>
    includeUsage && usage
      ? frame({ ...head, object: 'chat.completion.chunk', choices: [], usage })
      : ''

  return {
    /** The chunk before the first part. */
    opening: (): string => chunk({ role: 'assistant', content: '' }),
    of(part: ProviderPart): string {
      switch (part.type) {
        case 'content':
          return chunk({ content: part.content })
        case 'tool_call': {
          const { id, name, arguments: given, invalid_arguments: broken } = part
          const called = { name, arguments: broken ?? JSON.stringify(given) }
          return chunk({ tool_calls: [{ index: calls++, id, type: 'function', function: called }] })
        }
        case 'usage':
          usage = dialectUsage(part)
          return ''
        case 'finish':
          return `${chunk({}, part.reason)}${usageChunk()}data: [DONE]\n\n`
      }
    },
  }
}
