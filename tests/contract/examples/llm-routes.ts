import { changed, type Examples, without } from './example.ts'
import * as common from './route-example.ts'

const asked = { model: 'gpt-4', messages: [{ role: 'user', content: 'Hello' }] }
const withMessage = (message: unknown) => changed(asked, { messages: [message] })
const toolCalls = [{ id: 'c1', type: 'function', function: { name: 'git.diff', arguments: '{}' } }]
const tool = { type: 'function', function: { name: 'read_file', parameters: { type: 'object' } } }
const answered = {
  content: 'Hello',
  tool_calls: [],
  usage: { input_tokens: 10, output_tokens: 2 },
  finish_reason: 'stop',
  model: 'gpt-4',
  provider: 'openai',
  attempts: 1,
}

/** Agent → llm-proxy. */
export const llmExamples: Record<string, common.RouteExamples> = {
  completion: {
    body: {
      good: [
        asked,
        withMessage({ role: 'system', content: 'You help.' }),
        withMessage({ role: 'assistant', content: null, tool_calls: toolCalls }),
        withMessage({ role: 'tool', tool_call_id: 'c1', content: '' }),
        withMessage({
          role: 'user',
          content: [
            { type: 'text', text: 'Hi' },
            { type: 'image_url', image_url: { url: 'data:,' } },
          ],
        }),
        {
          ...asked,
          tools: [tool],
          tool_choice: 'auto',
          stream: true,
          temperature: 0,
          max_tokens: 1,
          user: 'u1',
        },
        {
          ...asked,
          tools: [],
          tool_choice: { type: 'function', function: { name: 'read_file' } },
          temperature: 2,
        },
      ],
      bad: [
        ['no model', without(asked, 'model'), 'model'],
        ['no messages', without(asked, 'messages'), 'messages'],
        ['an empty conversation', changed(asked, { messages: [] }), 'messages'],
        ['an unknown role', withMessage({ role: 'robot', content: '' }), 'messages.0.role'],
        [
          'a tool message of no call',
          withMessage({ role: 'tool', content: '' }),
          'messages.0.tool_call_id',
        ],
        [
          'tool arguments that are an object',
          withMessage({
            role: 'assistant',
            tool_calls: [{ ...toolCalls[0], function: { name: 'a', arguments: {} } }],
          }),
          'messages.0.tool_calls.0.function.arguments',
        ],
        ['a temperature too high', changed(asked, { temperature: 2.1 }), 'temperature'],
        ['no tokens', changed(asked, { max_tokens: 0 }), 'max_tokens'],
        [
          'a tool without name',
          changed(asked, { tools: [{ type: 'function', function: {} }] }),
          'tools.0.function.name',
        ],
        ['stream in words', changed(asked, { stream: 'yes' }), 'stream'],
      ],
    },
    reply: {
      good: [
        answered,
        {
          ...answered,
          tool_calls: [{ id: 'c1', name: 'git.diff', arguments: {}, invalid_arguments: '{' }],
          fell_back_from: 'gpt-4',
        },
      ],
      bad: [
        ['no usage', without(answered, 'usage'), 'usage'],
        ['an unknown end', changed(answered, { finish_reason: 'cancelled' }), 'finish_reason'],
      ],
    },
  },
  listModels: { reply: common.models },
  embeddings: {
    body: {
      good: [
        { model: 'e', input: '' },
        { model: 'e', input: ['a', 'b'] },
      ],
      bad: [
        ['no input', { model: 'e' }, 'input'],
        ['an empty list', { model: 'e', input: [] }, 'input'],
        ['too many texts', { model: 'e', input: Array(2_049).fill('a') }, 'input'],
        ['numbers', { model: 'e', input: [1] }, 'input'],
      ],
    },
    reply: {
      good: [{ model: 'e', embeddings: [[0.1, -2]], usage: { input_tokens: 1 } }],
      bad: [
        [
          'a flat list',
          { model: 'e', embeddings: [0.1], usage: { input_tokens: 1 } },
          'embeddings.0',
        ],
      ],
    },
  },
}

/** Parts of a streamed completion. */
export const streamPartExamples: Examples = {
  good: [
    { type: 'content', content: '' },
    { type: 'tool_call', id: 'v1', name: 'git.diff', arguments: { path: 'a' } },
    { type: 'tool_call', id: 'v1', name: 'x', arguments: {}, invalid_arguments: '{"pa' },
    { type: 'usage', input_tokens: 1, output_tokens: 0, cached_tokens: 1 },
    {
      type: 'done',
      finish_reason: 'content_filter',
      model: 'm',
      provider: 'p',
      attempts: 3,
      fell_back_from: 'n',
    },
    { type: 'error', code: 'upstream_failed', message: 'cut', retryable: true },
  ],
  bad: [
    ['an unknown type', { type: 'thinking' }, 'type'],
    ['arguments as text', { type: 'tool_call', id: 'v1', name: 'x', arguments: '{}' }, 'arguments'],
    ['usage in fractions', { type: 'usage', input_tokens: 1.5, output_tokens: 0 }, 'input_tokens'],
    [
      'an end of no model',
      { type: 'done', finish_reason: 'stop', provider: 'p', attempts: 1 },
      'model',
    ],
    [
      'a code of ours alone',
      { type: 'error', code: 'conflict', message: '', retryable: false },
      'code',
    ],
  ],
}
