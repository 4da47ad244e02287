import { offeredTools } from './chat.ts'
import type { Accepted, Refusal } from './dialect.ts'
import { ChatCompletionRequest } from '@codelab/contracts/openai'
import type { z } from 'zod'
import { firstIssue } from './first-issue.ts'
import { openaiRules } from './openai-rules.ts'

type Body = z.infer<typeof ChatCompletionRequest>

/** Reads a chat completion request as OpenAI does: strictly in form, and refusing conversations that cannot be. */
export function acceptOpenAI(body: unknown, models: readonly string[]): Accepted | Refusal {
  const read = ChatCompletionRequest.safeParse(body)
  if (!read.success) return formRefusal(read.error, body)
  const request = read.data
  if (!models.includes(request.model)) return unknownModel(request.model)
  const refusal = openaiRules(request)
  return refusal ?? acceptedOf(request)
}

/** OpenAI's words for a model that is not there. */
export const unknownModel = (model: string): Refusal => ({
  status: 404,
  message: `The model \`${model}\` does not exist or you do not have access to it.`,
  type: 'invalid_request_error',
  code: 'model_not_found',
})

/** OpenAI's words for a body of the wrong form: the first thing that is wrong. */
export function formRefusal(error: z.ZodError, body: unknown): Refusal {
  if (body === null || typeof body !== 'object') {
    return invalid('We could not parse the JSON body of your request.')
  }
  const { path, message, isMissing } = firstIssue(error)
  const param = pathOf(path)
  return isMissing
    ? {
        ...invalid(`Missing required parameter: '${param}'.`, param),
        code: 'missing_required_parameter',
      }
    : { ...invalid(`Invalid value for '${param}': ${message}.`, param), code: 'invalid_value' }
}

/** A 400 in OpenAI's terms. */
export const invalid = (message: string, param?: string): Refusal => ({
  status: 400,
  message,
  type: 'invalid_request_error',
  ...(param !== undefined && { param }),
})

const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, step) =>
      text + (typeof step === 'number' ? `[${step}]` : `${text && '.'}${String(step)}`),
    '',
  )

function acceptedOf(body: Body): Accepted {
  const maxTokens = body.max_completion_tokens ?? body.max_tokens
  const choice = body.tool_choice
  return {
    model: body.model,
    stream: body.stream ?? false,
    includeUsage: body.stream_options?.include_usage ?? false,
    ...(typeof maxTokens === 'number' && { maxTokens }),
    stop: [body['stop'] ?? []].flat().filter((end) => typeof end === 'string'),
    request: {
      messages: body.messages,
      tools: offeredTools(body.tools, choice),
      ...(typeof choice === 'object' && { mustCall: choice.function.name }),
      ...(choice === 'required' && { mustCall: 'any' }),
    },
  }
}
