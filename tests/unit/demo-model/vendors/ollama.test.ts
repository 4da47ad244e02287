import { Ollama } from 'ollama'
import { startOllama } from '../../../support/vendors/ollama.ts'
import { breaks, calls, counts, fails, says } from '../../../support/vendors/replies.ts'
import { demoScript, type StandIn } from '../../../support/vendors/stand-in.ts'

let vendor: StandIn
let client: Ollama
beforeAll(async () => {
  vendor = await startOllama({ script: says('hello'), withoutTools: ['llama2:latest'] })
  client = new Ollama({ host: vendor.url })
})
afterAll(() => vendor.close())

const asking = (content = 'hi') => ({ model: 'llama3.2', messages: [{ role: 'user', content }] })
const tools = ['read_file', 'git.diff'].map((name) => ({
  type: 'function',
  function: { name, description: name, parameters: { type: 'object' as const } },
}))
const raw = (body: unknown) =>
  fetch(`${vendor.url}/api/chat`, { method: 'POST', body: JSON.stringify(body) })

test('a stream is lines of JSON, the last with its reason, counts and durations in nanoseconds', async () => {
  vendor.play(counts(2, { usage: { input: 26, output: 2 } }))
  const response = await raw(asking())
  expect(response.headers.get('content-type')).toBe('application/x-ndjson')
  const lines = (await response.text()).trimEnd().split('\n')
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    {
      model: 'llama3.2',
      created_at: expect.any(String),
      message: { role: 'assistant', content: '1 ' },
      done: false,
    },
    {
      model: 'llama3.2',
      created_at: expect.any(String),
      message: { role: 'assistant', content: '2' },
      done: false,
    },
    {
      model: 'llama3.2',
      created_at: expect.any(String),
      message: { role: 'assistant', content: '' },
      done: true,
      done_reason: 'stop',
      total_duration: 30_000_000,
      load_duration: 2_000_000,
      prompt_eval_count: 26,
      prompt_eval_duration: 26_000_000,
      eval_count: 2,
      eval_duration: 2_000_000,
    },
  ])
})

test('the official client reads text and whole tool calls, streamed and not', async () => {
  vendor.play(calls({ read_file: { path: 'a' }, 'git.diff': {} }, { text: 'Look: ' }))
  let text = ''
  const seen: unknown[] = []
  for await (const part of await client.chat({ ...asking(), tools, stream: true })) {
    text += part.message.content
    seen.push(...(part.message.tool_calls ?? []))
  }
  expect(text).toBe('Look: ')
  expect(seen).toMatchObject([
    { function: { name: 'read_file', arguments: { path: 'a' } } },
    { function: { name: 'git.diff', arguments: {} } },
  ])
  const whole = await client.chat({ ...asking(), tools })
  expect(whole.message.content).toBe('Look: ')
  expect(whole.message.tool_calls).toMatchObject([
    { function: { name: 'read_file', arguments: { path: 'a' } } },
    { function: { name: 'git.diff', arguments: {} } },
  ])
  expect(whole).toMatchObject({ done: true, done_reason: 'stop' })
})

test('num_predict is kept to', async () => {
  vendor.play(counts(9))
  const reply = await client.chat({ ...asking(), options: { num_predict: 3 } })
  expect(reply).toMatchObject({ done_reason: 'length', message: { content: '1 2 3 ' } })
})

test('errors are a status and one sentence', async () => {
  vendor.play(fails(503, { message: 'server busy, please try again.' }))
  await expect(client.chat(asking())).rejects.toMatchObject({
    status_code: 503,
    error: 'server busy, please try again.',
  })
})

test('an error inside the stream is a line of its own', async () => {
  vendor.play(breaks('error', { tokens: 2 }))
  let text = ''
  const reading = (async () => {
    for await (const part of await client.chat({ ...asking(), stream: true })) {
      text += part.message.content
    }
  })()
  await expect(reading).rejects.toThrow('an error was encountered while running the model')
  expect(text).toBe('one two ')
})

test('without the end mark no line says done', async () => {
  vendor.play(counts(2, { fault: { kind: 'no_end_mark' } }))
  expect(await (await raw(asking())).text()).not.toContain('"done":true')
})

test('arguments that are no JSON come as text, as from a model whose call is not understood', async () => {
  vendor.play(calls({ read_file: '{"path":"RE' }))
  const { message } = await client.chat({ ...asking(), tools })
  expect(message.tool_calls).toBeUndefined()
  expect(message.content).toContain('{"path":"RE')
})

describe('refusals in Ollama’s form', () => {
  const hello = { role: 'user', content: 'hello' }
  const call = { function: { name: 'read_file', arguments: '{"path":"a"}' } }
  test.each([
    ['no body', undefined, 400, 'missing request body'],
    ['no model', { messages: [hello] }, 400, 'model is required'],
    [
      'a model that is not there',
      { ...asking(), model: 'gpt-4o' },
      404,
      "model 'gpt-4o' not found",
    ],
    [
      'content in parts',
      { ...asking(), messages: [{ role: 'user', content: [] }] },
      400,
      'json: cannot unmarshal',
    ],
    [
      'arguments as text',
      { ...asking(), messages: [hello, { role: 'assistant', content: '', tool_calls: [call] }] },
      400,
      'messages.tool_calls.function.arguments',
    ],
    [
      'a stranger’s role',
      { ...asking(), messages: [{ role: 'developer', content: 'x' }] },
      400,
      'invalid role: "developer"',
    ],
    [
      'tools for a model that has none',
      { ...asking(), model: 'llama2', tools },
      400,
      'does not support tools',
    ],
  ])('%s', async (_name, body, ...[status, message]: [number, string]) => {
    vendor.play(says('accepted'))
    const response = await raw(body)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ error: expect.stringContaining(message) })
  })
})

test('models, their details and embeddings are read by the official client', async () => {
  expect((await client.list()).models.map(({ name }) => name)).toContain('llama3.2:latest')
  const shown = await client.show({ model: 'llama3.2' })
  expect(shown.capabilities).toEqual(['completion', 'tools'])
  expect(shown.model_info).toMatchObject({ 'llama.context_length': 8192 })
  await expect(client.show({ model: 'none' })).rejects.toMatchObject({ status_code: 404 })
  const { embeddings } = await client.embed({ model: 'nomic-embed-text', input: ['a', 'a', 'b'] })
  expect(embeddings[0]).toEqual(embeddings[1])
  expect(embeddings[0]).not.toEqual(embeddings[2])
})

test.each(['in the order of the calls', 'by the name of the tool'])(
  'the demo script works as an agent over this protocol, results told %s',
  async (way) => {
    vendor.play(demoScript)
    const asked = { ...asking('read a.txt and show the diff'), tools }
    const { message } = await client.chat(asked)
    expect(message.tool_calls).toMatchObject([
      { function: { name: 'read_file', arguments: { path: 'a.txt' } } },
      { function: { name: 'git.diff', arguments: {} } },
    ])
    const inOrder = (message.tool_calls ?? []).map(({ function: { name } }) => ({
      role: 'tool',
      content: `result of ${name}`,
      ...(way.includes('name') && { tool_name: name }),
    }))
    const results = way.includes('name') ? inOrder.toReversed() : inOrder
    const reply = await client.chat({
      ...asked,
      messages: [...asked.messages, message, ...results],
    })
    expect(reply.message.tool_calls).toBeUndefined()
    expect(reply.message.content).toMatch(/a\.txt has.*result of read_file.*result of git\.diff/s)
  },
)
