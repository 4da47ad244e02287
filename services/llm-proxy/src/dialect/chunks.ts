import type { FinishReason } from '@codelab/contracts/agent-llm'
import type { ProviderPart } from '../providers/provider.ts'
import { dialectUsage } from './usage.ts'

export type AnswerHead = {
  readonly id: string
  /** Seconds since 1970. */
  readonly created: number
  readonly model: string
}

type Delta = {
  readonly role?: 'assistant'
  readonly content?: string
  readonly tool_calls?: readonly {
    readonly index: number
    readonly id: string
    readonly type: 'function'
    readonly function: { readonly name: string; readonly arguments: string }
  }[]
}

export const frame = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`

/** Turns our parts into OpenAI's chunks, framed as events. The usage comes last, as there, and only to those who asked for it. */
export const createChunks = (head: AnswerHead, includeUsage: boolean) => {
  let calls = 0
  let usage: ReturnType<typeof dialectUsage> | undefined
  const common = { ...head, object: 'chat.completion.chunk' }
  // All chunks of an answer begin alike, so that is written once.
  const beginning = `data: ${JSON.stringify(common).slice(0, -1)},"choices":[{"index":0,"delta":`

  const chunk = (delta: Delta, finish: FinishReason | null = null): string =>
    `${beginning}${JSON.stringify(delta)},"finish_reason":${JSON.stringify(finish)}}]}\n\n`

  const usageChunk = (): string =>
    includeUsage && usage ? frame({ ...common, choices: [], usage }) : ''

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
