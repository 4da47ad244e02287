import type { Translator } from '@codelab/llm-proxy/providers/flow'

/** Chunks of a stream cut at one place. */
export const cutAt = (text: string, at: number): Buffer[] => {
  const bytes = Buffer.from(text)
  return [bytes.subarray(0, at), bytes.subarray(at)].filter((chunk) => chunk.length > 0)
}

/** Every byte a chunk of its own. */
export const byteByByte = (text: string): Buffer[] =>
  [...Buffer.from(text)].map((byte) => Buffer.from([byte]))

/** What a translator makes of chunks. */
export const feed = <Out>(translator: Translator<Out[]>, chunks: readonly Buffer[]): Out[] => {
  const out: Out[] = []
  for (const chunk of chunks) out.push(...(translator.feed(chunk) ?? []))
  out.push(...(translator.finish?.() ?? []))
  return out
}

/** Joins neighbouring pieces of text: where they are cut depends on the chunks. */
export const joined = (parts: readonly { type: string; content?: string }[]): unknown[] => {
  const whole: { type: string; content?: string }[] = []
  for (const part of parts) {
    const last = whole.at(-1)
    if (part.type === 'content' && last?.type === 'content') {
      whole[whole.length - 1] = { type: 'content', content: `${last.content}${part.content}` }
    } else whole.push(part)
  }
  return whole
}

const events = (list: readonly unknown[]): string =>
  list.map((data) => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`).join('')

const chunk = (delta: object, finish: string | null = null) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt-4o-2024-08-06',
  choices: [{ index: 0, delta, finish_reason: finish }],
  usage: null,
})

const callDelta = (index: number, call: object) => chunk({ tool_calls: [{ index, ...call }] })

/** A stream as OpenAI sends it: text of one to four bytes a character, two calls in turns, usage, end mark. */
export const openaiStream = events([
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Grüße, мир ' }),
  chunk({ content: '🚀 日本' }),
  callDelta(0, { id: 'call_a', type: 'function', function: { name: 'git_diff', arguments: '' } }),
  callDelta(0, { function: { arguments: '{"path":"' } }),
  callDelta(1, { id: 'call_b', type: 'function', function: { name: 'read_file', arguments: '' } }),
  callDelta(0, { function: { arguments: 'ü.ts"}' } }),
  callDelta(1, { function: { arguments: '{"path":"b.ts"}' } }),
  chunk({}, 'tool_calls'),
  {
    ...chunk({}),
    choices: [],
    usage: {
      prompt_tokens: 12,
      completion_tokens: 7,
      total_tokens: 19,
      prompt_tokens_details: { cached_tokens: 4 },
    },
  },
  '[DONE]',
])

const named = (list: readonly { type: string }[]): string =>
  list.map((data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`).join('')

const block = (index: number, content_block: object) => ({
  type: 'content_block_start',
  index,
  content_block,
})
const delta = (index: number, part: object) => ({ type: 'content_block_delta', index, delta: part })
const stop = (index: number) => ({ type: 'content_block_stop', index })

/** The same answer as Anthropic sends it, with pings in between. */
export const anthropicStream = named([
  {
    type: 'message_start',
    ...{
      message: {
        id: 'msg_1',
        role: 'assistant',
        content: [],
        usage: {
          input_tokens: 5,
          cache_creation_input_tokens: 3,
          cache_read_input_tokens: 4,
          output_tokens: 1,
        },
      },
    },
  },
  block(0, { type: 'text', text: '' }),
  { type: 'ping' },
  delta(0, { type: 'text_delta', text: 'Grüße, мир ' }),
  delta(0, { type: 'text_delta', text: '🚀 日本' }),
  stop(0),
  block(1, { type: 'tool_use', id: 'call_a', name: 'git_diff', input: {} }),
  delta(1, { type: 'input_json_delta', partial_json: '' }),
  delta(1, { type: 'input_json_delta', partial_json: '{"path":"' }),
  { type: 'ping' },
  delta(1, { type: 'input_json_delta', partial_json: 'ü.ts"}' }),
  stop(1),
  block(2, { type: 'tool_use', id: 'call_b', name: 'read_file', input: {} }),
  delta(2, { type: 'input_json_delta', partial_json: '{"path":"b.ts"}' }),
  stop(2),
  {
    type: 'message_delta',
    ...{ delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 7 } },
  },
  { type: 'message_stop' },
])

const line = (message: object, more: object = {}) =>
  `${JSON.stringify({ model: 'llama3.2', created_at: '2025-01-01T00:00:00Z', message: { role: 'assistant', content: '', ...message }, done: false, ...more })}\n`

/** The same answer as Ollama sends it. */
export const ollamaStream = [
  line({ content: 'Grüße, мир ' }),
  line({ content: '🚀 日本' }),
  line({
    tool_calls: [
      { id: 'call_a', function: { name: 'git_diff', arguments: { path: 'ü.ts' } } },
      { id: 'call_b', function: { name: 'read_file', arguments: { path: 'b.ts' } } },
    ],
  }),
  line({}, { done: true, done_reason: 'stop', prompt_eval_count: 12, eval_count: 7 }),
].join('')

/** What all three mean. */
export const meaning = (cached: number | undefined) => [
  { type: 'content', content: 'Grüße, мир 🚀 日本' },
  { type: 'tool_call', id: 'call_a', name: 'git.diff', arguments: { path: 'ü.ts' } },
  { type: 'tool_call', id: 'call_b', name: 'read_file', arguments: { path: 'b.ts' } },
  {
    type: 'usage',
    input_tokens: 12,
    output_tokens: 7,
    ...(cached !== undefined && { cached_tokens: cached }),
  },
  { type: 'finish', reason: 'tool_calls' },
]
