import { createHash } from 'node:crypto'
import type { Frame, Outgoing } from './dialect.ts'
import type { ToolCall } from './reply.ts'
import { tokensOf } from './tokens.ts'

const fingerprint = 'fp_codelab_demo'

/** One server-sent event of OpenAI's stream. */
export const dataFrame = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`

/** The frames of a chat completion: the role, then text and calls in pieces, the finish reason, usage if asked for, `[DONE]`. */
export function openaiFrames(outgoing: Outgoing): Frame[] {
  const { reply } = outgoing
  const chunk = (kind: Frame['kind'], delta: object, finish: string | null = null): Frame => ({
    kind,
    data: dataFrame({
      ...head(outgoing, 'chat.completion.chunk'),
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(outgoing.includeUsage && { usage: null }),
    }),
  })
  const content = reply.toolCalls.length > 0 && reply.text === '' ? null : ''
  return [
    chunk('open', { role: 'assistant', content, refusal: null }),
    ...tokensOf(reply.text).map((token) => chunk('token', { content: token })),
    ...reply.toolCalls.flatMap((call, index) =>
      callDeltas(call, index, callId(outgoing.id, index)).map((delta) =>
        chunk('token', { tool_calls: [delta] }),
      ),
    ),
    chunk('close', {}, finishReason(outgoing)),
    ...(outgoing.includeUsage ? [usageFrame(outgoing)] : []),
    { kind: 'mark', data: 'data: [DONE]\n\n' },
  ]
}

/** The same completion as one object. */
export function openaiWhole(outgoing: Outgoing): unknown {
  const { reply, id } = outgoing
  const toolCalls = reply.toolCalls.map((call, index) => ({
    id: callId(id, index),
    type: 'function',
    function: call,
  }))
  const message = {
    role: 'assistant',
    content: reply.text === '' && toolCalls.length > 0 ? null : reply.text,
    refusal: null,
    annotations: [],
    ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
  }
  return {
    ...head(outgoing, 'chat.completion'),
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason(outgoing) }],
    usage: openaiUsage(outgoing),
  }
}

/** The id of a reply's n-th tool call: the same for the same request. */
export const callId = (id: string, index: number): string =>
  `call_${createHash('sha256').update(`${id}/${index}`).digest('hex').slice(0, 24)}`

/** Arguments in the pieces in which a model writes them: the quotes, colons and short words of its JSON. */
export const argumentPieces = (text: string): string[] =>
  text.match(/[^"\s:,]{1,8}|["\s:,]{1,3}/gu) ?? []

function callDeltas(call: ToolCall, index: number, id: string): object[] {
  const first = { index, id, type: 'function', function: { name: call.name, arguments: '' } }
  const rest = argumentPieces(call.arguments).map((piece) => ({
    index,
    function: { arguments: piece },
  }))
  return [first, ...rest]
}

const head = ({ id, created, model }: Outgoing, object: string) => ({
  id: `chatcmpl-${id}`,
  object,
  created: Math.floor(created.getTime() / 1000),
  model,
  service_tier: 'default',
  system_fingerprint: fingerprint,
})

const finishReason = ({ reply }: Outgoing): string =>
  reply.finish ?? (reply.toolCalls.length > 0 ? 'tool_calls' : 'stop')

const usageFrame = (outgoing: Outgoing): Frame => ({
  kind: 'close',
  data: dataFrame({
    ...head(outgoing, 'chat.completion.chunk'),
    choices: [],
    usage: openaiUsage(outgoing),
  }),
})

const openaiUsage = ({ usage }: Outgoing) => ({
  prompt_tokens: usage.input,
  completion_tokens: usage.output,
  total_tokens: usage.input + usage.output,
  prompt_tokens_details: { cached_tokens: usage.cached ?? 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
})
