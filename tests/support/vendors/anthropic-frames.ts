import type { Frame, Outgoing } from '@codelab/demo-model/dialect'
import { argumentPieces, callId } from '@codelab/demo-model/openai-frames'
import { tokensOf } from '@codelab/demo-model/tokens'
import type { ToolCall } from '@codelab/demo-model/reply'

/** One named server-sent event; its name is its type. */
export const eventFrame = (data: { readonly type: string }): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`

/** The events of a message: its start, each content block with its deltas, the stop reason with usage, the stop. */
export function anthropicFrames(outgoing: Outgoing): Frame[] {
  const { reply } = outgoing
  const texts = reply.text === '' ? [] : [textBlock(reply.text)]
  const blocks = [
    ...texts,
    ...reply.toolCalls.map((call, index) => toolBlock(call, toolId(outgoing.id, index))),
  ]
  const usage = usageOf(outgoing)
  return [
    frame('open', {
      type: 'message_start',
      message: {
        ...message(outgoing),
        content: [],
        stop_reason: null,
        usage: { ...usage, output_tokens: 1 },
      },
    }),
    ...(blocks.length === 0 ? [frame('open', { type: 'ping' })] : []),
    ...blocks.flatMap((block, index) => blockFrames(block, index)),
    frame('close', {
      type: 'message_delta',
      delta: {
        stop_reason: stopReason(outgoing),
        stop_sequence: null,
        stop_details: null,
        container: null,
      },
      usage: { ...usage, cache_creation: undefined, service_tier: undefined },
    }),
    frame('mark', { type: 'message_stop' }),
  ]
}

/** The same message as one object. */
export const anthropicWhole = (outgoing: Outgoing): unknown => ({
  ...message(outgoing),
  content: [
    ...(outgoing.reply.text === '' ? [] : [{ type: 'text', text: outgoing.reply.text }]),
    ...outgoing.reply.toolCalls.map((call, index) => ({
      type: 'tool_use',
      id: toolId(outgoing.id, index),
      name: call.name,
      input: inputOf(call),
    })),
  ],
  stop_reason: stopReason(outgoing),
  usage: usageOf(outgoing),
})

type Block = { readonly start: object; readonly deltas: readonly object[] }

const textBlock = (text: string): Block => ({
  start: { type: 'text', text: '' },
  deltas: tokensOf(text).map((token) => ({ type: 'text_delta', text: token })),
})

const toolBlock = (call: ToolCall, id: string): Block => ({
  start: { type: 'tool_use', id, name: call.name, input: {} },
  deltas: ['', ...argumentPieces(call.arguments)].map((piece) => ({
    type: 'input_json_delta',
    partial_json: piece,
  })),
})

/** A ping comes after the first block has started, as in the vendor's examples. */
const blockFrames = ({ start, deltas }: Block, index: number): Frame[] => [
  frame(index === 0 ? 'open' : 'token', {
    type: 'content_block_start',
    index,
    content_block: start,
  }),
  ...(index === 0 ? [frame('open', { type: 'ping' })] : []),
  ...deltas.map((delta) => frame('token', { type: 'content_block_delta', index, delta })),
  frame('close', { type: 'content_block_stop', index }),
]

const frame = (
  kind: Frame['kind'],
  data: { readonly type: string } & Record<string, unknown>,
): Frame => ({
  kind,
  data: eventFrame(data),
})

const message = ({ id, model }: Outgoing) => ({
  id: `msg_01${id.slice(0, 22)}`,
  type: 'message',
  role: 'assistant',
  model,
  stop_sequence: null,
  stop_details: null,
  container: null,
  diagnostics: null,
})

/** `input_tokens` leaves out what was read from the cache. */
const usageOf = ({ usage }: Outgoing) => ({
  input_tokens: usage.input - (usage.cached ?? 0),
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: usage.cached ?? 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  output_tokens: usage.output,
  service_tier: 'standard',
})

function stopReason({ reply }: Outgoing): string {
  if (reply.finish) return reply.finish === 'length' ? 'max_tokens' : 'refusal'
  return reply.toolCalls.length > 0 ? 'tool_use' : 'end_turn'
}

const toolId = (id: string, index: number): string =>
  callId(id, index)
    .replace(/^call_/, 'toolu_01')
    .slice(0, 30)

function inputOf(call: ToolCall): unknown {
  try {
    return JSON.parse(call.arguments)
  } catch {
    return {}
  }
}
