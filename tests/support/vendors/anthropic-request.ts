import type { Accepted, Refusal } from '@codelab/demo-model/dialect'
import { firstIssue } from '@codelab/demo-model/first-issue'
import type { z } from 'zod'
import { chatFromAnthropic } from './anthropic-chat.ts'
import { anthropicRules } from './anthropic-rules.ts'
import { MessagesRequest, SampledMessagesRequest } from './anthropic-schema.ts'

/** The versions of the API, newest first. */
export const versions = ['2026-10-21', '2023-06-01']

/** Reads a request as this version of Anthropic's API does, naming the field that is wrong. */
export function acceptAnthropic(
  body: unknown,
  version: string,
  models: readonly string[],
): Accepted | Refusal {
  const schema = version === '2023-06-01' ? SampledMessagesRequest : MessagesRequest
  const read = schema.safeParse(body)
  if (!read.success) return { status: 400, message: wordsFor(read.error) }
  const request = read.data
  if (!models.includes(request.model)) return { status: 404, message: `model: ${request.model}` }
  const refusal = anthropicRules(request)
  return refusal === undefined ? acceptedOf(request) : { status: 400, message: refusal }
}

function wordsFor(error: z.ZodError): string {
  const { path, message, unknownKey, isMissing } = firstIssue(error)
  if (unknownKey !== undefined) {
    return `${[...path, unknownKey].join('.')}: Extra inputs are not permitted`
  }
  return `${path.join('.')}: ${isMissing ? 'Field required' : message}`
}

function acceptedOf(request: MessagesRequest): Accepted {
  const choice = request.tool_choice
  return {
    model: request.model,
    stream: request.stream ?? false,
    includeUsage: true,
    maxTokens: request.max_tokens,
    stop: request.stop_sequences ?? [],
    request: {
      messages: chatFromAnthropic(request),
      tools: choice?.type === 'none' ? [] : (request.tools ?? []).map(({ name }) => name),
      ...(choice?.type === 'any' && { mustCall: 'any' }),
      ...(choice?.type === 'tool' && { mustCall: choice.name }),
    },
  }
}
