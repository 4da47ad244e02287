import type { ChatMessage } from '@codelab/contracts/agent-llm'
import { anthropicMessages } from '@codelab/llm-proxy/providers/anthropic/messages'
import { anthropicRequest } from '@codelab/llm-proxy/providers/anthropic/request'
import { ollamaRequest } from '@codelab/llm-proxy/providers/ollama/request'
import { openaiRequest } from '@codelab/llm-proxy/providers/openai/request'
import type { ModelRequest, ServedModel } from '@codelab/llm-proxy/providers/provider'
import { mapToolNames, namesIn } from '@codelab/llm-proxy/providers/tool-names'

const model: ServedModel = {
  id: 'm',
  provider: 'p',
  vendorId: 'vendor-m',
  contextWindow: 16_384,
  maxOutputTokens: 4096,
  tools: true,
  vision: true,
  reasoning: false,
  embeds: false,
}
const png = 'data:image/png;base64,iVBORw0K'
const messages: ChatMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'developer', content: 'Speak German.' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'See' },
      { type: 'image_url', image_url: { url: png } },
    ],
  },
  {
    role: 'assistant',
    content: 'Looking.',
    tool_calls: [
      { id: 'a', type: 'function', function: { name: 'git.diff', arguments: '{"path":"x"}' } },
      { id: 'b', type: 'function', function: { name: 'read_file', arguments: 'broken' } },
    ],
  },
  { role: 'system', content: 'File x was modified by user' },
  { role: 'tool', tool_call_id: 'a', content: 'diff' },
  { role: 'tool', tool_call_id: 'b', content: '' },
  { role: 'user', content: 'Go on' },
  { role: 'user', content: '   ' },
]
const request: ModelRequest = {
  model,
  messages,
  tools: [
    {
      type: 'function',
      function: {
        name: 'git.diff',
        description: 'd',
        parameters: { type: 'object', properties: {} },
      },
    },
  ],
  toolChoice: { type: 'function', function: { name: 'git.diff' } },
  temperature: 1.7,
  maxTokens: 100,
  stop: ['END'],
}
const names = mapToolNames(namesIn(request))

describe('for Anthropic', () => {
  test('leading system texts stand apart, roles take turns, results come first in their turn', () => {
    expect(anthropicMessages(messages, names)).toEqual({
      system: 'Be brief.\n\nSpeak German.',
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'image',
              source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0K' },
            },
            { type: 'text', text: 'See' },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Looking.' },
            { type: 'tool_use', id: 'a', name: 'git_diff', input: { path: 'x' } },
            { type: 'tool_use', id: 'b', name: 'read_file', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'diff' }] },
            { type: 'tool_result', tool_use_id: 'b', content: [] },
            { type: 'text', text: '<system>File x was modified by user</system>' },
            { type: 'text', text: 'Go on' },
          ],
        },
      ],
    })
  })

  test('a conversation that begins with the assistant gets a user turn before it', () => {
    const { messages: turns } = anthropicMessages([{ role: 'assistant', content: 'Hi' }], names)
    expect(turns.map(({ role }) => role)).toEqual(['user', 'assistant'])
  })

  test('the request has max_tokens, a temperature within its scale, and tools under accepted names', () => {
    const body = anthropicRequest(request, names)
    expect(body).toMatchObject({
      model: 'vendor-m',
      max_tokens: 100,
      temperature: 1,
      stop_sequences: ['END'],
      stream: true,
      tools: [{ name: 'git_diff', description: 'd', input_schema: { type: 'object' } }],
      tool_choice: { type: 'tool', name: 'git_diff' },
    })
  })

  test('max_tokens is what the model can give when nobody asks, and never more', () => {
    const { maxTokens: _, ...open } = request
    expect(anthropicRequest(open, names).max_tokens).toBe(4096)
    expect(anthropicRequest({ ...open, maxTokens: 999_999 }, names).max_tokens).toBe(4096)
  })

  test('a conversation with calls names their tools even when none is offered, and forbids them', () => {
    const { tools: _, toolChoice: __, ...bare } = request
    const body = anthropicRequest(bare, names)
    expect(body.tools?.map((tool) => 'name' in tool && tool.name)).toEqual([
      'git_diff',
      'read_file',
    ])
    expect(body.tool_choice).toEqual({ type: 'none' })
    const plain = anthropicRequest({ ...bare, messages: [{ role: 'user', content: 'Hi' }] }, names)
    expect(plain).not.toHaveProperty('tools')
  })

  test('ids of other vendors fit its alphabet, the same for call and result', () => {
    const { messages: turns } = anthropicMessages(
      [
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          tool_calls: [{ id: 'a.b:c', type: 'function', function: { name: 'x', arguments: '' } }],
        },
        { role: 'tool', tool_call_id: 'a.b:c', content: 'ok' },
      ],
      names,
    )
    expect(turns.slice(1)).toMatchObject([
      { content: [{ id: 'a_b_c' }] },
      { content: [{ tool_use_id: 'a_b_c' }] },
    ])
  })

  test.each([
    ['auto', { type: 'auto' }],
    ['none', { type: 'none' }],
    ['required', { type: 'any' }],
  ] as const)('the tool choice %s is %j', (toolChoice, choice) => {
    expect(anthropicRequest({ ...request, toolChoice }, names).tool_choice).toEqual(choice)
  })
})

describe('for OpenAI', () => {
  test('names are accepted ones in tools, choice and history', () => {
    const body = openaiRequest(request, names)
    expect(JSON.stringify(body)).not.toContain('git.diff')
    expect(body).toMatchObject({
      model: 'vendor-m',
      max_tokens: 100,
      temperature: 1.7,
      tool_choice: { function: { name: 'git_diff' } },
      stream_options: { include_usage: true },
    })
  })

  test('a model that thinks gets max_completion_tokens and no temperature', () => {
    const body = openaiRequest({ ...request, model: { ...model, reasoning: true } }, names)
    expect(body).toMatchObject({ max_completion_tokens: 100 })
    expect(body).not.toHaveProperty('max_tokens')
    expect(body).not.toHaveProperty('temperature')
  })
})

describe('for Ollama', () => {
  const body = ollamaRequest(request, names)

  test('num_ctx is the window of the model', () => {
    expect(body.options).toEqual({
      num_ctx: 16_384,
      num_predict: 100,
      temperature: 1.7,
      stop: ['END'],
    })
  })

  test('images are their data, results name their tool, arguments are objects', () => {
    expect(body.messages?.[2]).toEqual({ role: 'user', content: 'See', images: ['iVBORw0K'] })
    expect(body.messages?.[3]?.tool_calls?.[0]).toEqual({
      function: { name: 'git_diff', arguments: { path: 'x' } },
    })
    expect(body.messages?.[5]).toEqual({ role: 'tool', content: 'diff', tool_name: 'git_diff' })
    expect(body.messages?.[1]?.role).toBe('system')
  })

  test('no tools are offered to one who must not use them', () => {
    expect(ollamaRequest({ ...request, toolChoice: 'none' }, names).tools).toBeUndefined()
  })
})
