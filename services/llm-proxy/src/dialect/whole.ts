import type { WholeAnswer } from '../completion/collect.ts'
import type { AnswerHead } from './chunks.ts'
import { dialectUsage } from './usage.ts'

/** A whole answer in OpenAI's form. */
export const dialectCompletion = (
  head: AnswerHead,
  { content, toolCalls, usage, reason }: WholeAnswer,
): Record<string, unknown> => ({
  ...head,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      finish_reason: reason,
      logprobs: null,
      message: {
        role: 'assistant',
        content: content === '' && toolCalls.length > 0 ? null : content,
        refusal: null,
        ...(toolCalls.length > 0 && {
          tool_calls: toolCalls.map((call) => ({
            id: call.id,
            type: 'function',
            function: {
              name: call.name,
              arguments: call.invalid_arguments ?? JSON.stringify(call.arguments),
            },
          })),
        }),
      },
    },
  ],
  ...(usage && { usage: dialectUsage(usage) }),
})
