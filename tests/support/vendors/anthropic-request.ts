import type { Accepted, Refusal } from '@codelab/demo-model/dialect'
import type { z } from 'zod'
import { chatFromAnthropic } from './anthropic-chat.ts'
import { anthropicRules } from './anthropic-rules.ts'
import { MessagesRequest } from './anthropic-schema.ts'

/** Reads a request as Anthropic does, naming the field that is wrong. */
export function acceptAnthropic(body: unknown, models: readonly string[]): Accepted | Refusal {
  const read = MessagesRequest.safeParse(body)
  if (!read.success) return { status: 400, message: wordsFor(read.error) }
  const request = read.data
  if (!models.includes(request.model)) return { status: 404, message: `model: ${request.model}` }
  const refusal = anthropicRules(request)
  return refusal === undefined ? acceptedOf(request) : { status: 400, message: refusal }
}

function wordsFor(error: z.ZodError): string {
  const issue = error.issues[0]
  const path = (issue?.path ?? []).join('.')
  if (issue?.code === 'unrecognized_keys') {
    return `${[...issue.path, issue.keys[0]].join('.')}: Extra inputs are not permitted`
  }
  const missing = issue?.code === 'invalid_type' && issue.message.endsWith('received undefined')
  return `${path}: ${missing ? 'Field required' : issue?.message}`
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
