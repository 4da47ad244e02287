import { ChatCompletionRequest } from '@codelab/contracts/openai'
import { parseJson, tooDeep } from '@codelab/runtime/body'
import { invalidRequest } from '@codelab/runtime/failure'
import { maxJsonDepth } from '@codelab/runtime/json-depth'
import type { Objection } from '../completion/chain-for.ts'
import type { DialectWanted } from '../completion/completions.ts'
import { rawObject } from '../providers/openai/raw-object.ts'

/** What only a provider of OpenAI's own dialect can do; a request that asks for it is not served without it in silence. */
const ownOnly: Record<string, (value: unknown) => boolean> = {
  n: (value) => typeof value === 'number' && value > 1,
  logprobs: (value) => value === true,
  response_format: (value) =>
    value !== null && typeof value === 'object' && 'type' in value && value.type !== 'text',
  functions: (value) => Array.isArray(value) && value.length > 0,
  audio: (value) => value !== null && value !== undefined,
}

const objectionTo = (body: Record<string, unknown>): Objection => {
  const asked = Object.keys(ownOnly).find((name) => ownOnly[name]?.(body[name]))
  return ({ provider }) =>
    asked !== undefined && !provider.forward
      ? { reason: `does not support "${asked}"`, field: asked }
      : undefined
}

const stopsIn = (stop: unknown): string[] | undefined => {
  const stops = typeof stop === 'string' ? [stop] : Array.isArray(stop) ? stop : []
  const texts = stops.filter((text): text is string => typeof text === 'string')
  return texts.length > 0 ? texts : undefined
}

export type DialectRequest = DialectWanted & {
  readonly stream: boolean
  /** Whether the caller wants the usage as a last chunk. */
  readonly includeUsage: boolean
}

/** A chat completion request in OpenAI's form, in our words and as it came. Throws `invalid_request` naming the field. */
export const readDialectRequest = (bytes: Buffer): DialectRequest => {
  const input = parseJson(bytes)
  const raw = rawObject(bytes)
  if (raw.depth > maxJsonDepth) throw tooDeep()
  const parsed = ChatCompletionRequest.safeParse(input)
  if (!parsed.success) throw invalidRequest(parsed.error)
  const request = parsed.data
  const body = input as ChatCompletionRequest // as it came: the schema's copy may have less in it
  const maxTokens = request.max_completion_tokens ?? request.max_tokens
  const topP = body['top_p']
  const stop = stopsIn(body['stop'])
  return {
    wanted: {
      name: request.model,
      messages: request.messages,
      ...(request.tools && { tools: request.tools }),
      ...(request.tool_choice !== undefined && { toolChoice: request.tool_choice }),
      ...(typeof request.temperature === 'number' && { temperature: request.temperature }),
      ...(typeof topP === 'number' && { topP }),
      ...(stop && { stop }),
      ...(typeof maxTokens === 'number' && { maxTokens }),
      ...(request.user !== undefined && { user: request.user }),
    },
    body,
    raw,
    objection: objectionTo(body),
    stream: request.stream === true,
    includeUsage: request.stream_options?.include_usage === true,
  }
}
