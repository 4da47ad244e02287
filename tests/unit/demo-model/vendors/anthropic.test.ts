import Anthropic from '@anthropic-ai/sdk'
import { startAnthropic } from '../../../support/vendors/anthropic.ts'
import { breaks, calls, counts, fails, says } from '../../../support/vendors/replies.ts'
import { demoScript, type StandIn } from '../../../support/vendors/stand-in.ts'

let vendor: StandIn
let client: Anthropic
beforeAll(async () => {
  vendor = await startAnthropic({ script: says('hello'), apiKey: 'right' })
  client = new Anthropic({ baseURL: vendor.url, apiKey: 'right', maxRetries: 0, logLevel: 'off' })
})
afterAll(() => vendor.close())

const asking = (content = 'hi') => ({
  model: 'claude-3-opus',
  max_tokens: 1000,
  messages: [{ role: 'user' as const, content }],
})
const tools = ['read_file', 'git_diff'].map((name) => ({
  name,
  input_schema: { type: 'object' as const },
}))
const raw = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${vendor.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': 'right', 'anthropic-version': '2026-10-21', ...headers },
    body: JSON.stringify(body),
  })

test('the events of a text come in the documented order, each under its name', async () => {
  vendor.play(counts(2))
  const response = await raw({ ...asking(), stream: true })
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  const events = (await response.text()).trimEnd().split('\n\n')
  const names = events.map((event) => /^event: (\w+)\ndata: \{"type":"\1"/.exec(event)?.[1])
  expect(names).toEqual([
    'message_start',
    'content_block_start',
    'ping',
    'content_block_delta',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ])
})

test('text and several tool uses are put together by the official client, as without a stream', async () => {
  vendor.play(
    calls(
      [
        ['read_file', { path: 'a.txt' }],
        ['read_file', { path: 'b "quoted" ü.txt' }],
        ['git_diff', {}],
      ],
      { text: 'I will look.', usage: { input: 100, output: 9, cached: 64 } },
    ),
  )
  const streamed = await client.messages.stream({ ...asking(), tools }).finalMessage()
  expect(streamed.content).toMatchObject([
    { type: 'text', text: 'I will look.' },
    { type: 'tool_use', name: 'read_file', input: { path: 'a.txt' } },
    { type: 'tool_use', name: 'read_file', input: { path: 'b "quoted" ü.txt' } },
    { type: 'tool_use', name: 'git_diff', input: {} },
  ])
  expect(streamed.stop_reason).toBe('tool_use')
  expect(streamed.usage).toMatchObject({
    input_tokens: 36,
    cache_read_input_tokens: 64,
    output_tokens: 9,
  })
  const whole = await client.messages.create({ ...asking(), tools })
  expect(whole.content).toMatchObject(
    streamed.content.map((block) => {
      const { type } = block
      return block.type === 'tool_use' ? { type, input: block.input } : { type }
    }),
  )
})

test('max_tokens is kept to', async () => {
  vendor.play(counts(9))
  const message = await client.messages.create({ ...asking(), max_tokens: 3 })
  expect(message).toMatchObject({ stop_reason: 'max_tokens', content: [{ text: '1 2 3 ' }] })
})

test('an answer of nothing has no content block', async () => {
  vendor.play(says(''))
  const message = await client.messages.stream(asking()).finalMessage()
  expect(message).toMatchObject({ content: [], stop_reason: 'end_turn' })
})

test.each([
  [400, Anthropic.BadRequestError, 'invalid_request_error'],
  [401, Anthropic.AuthenticationError, 'authentication_error'],
  [429, Anthropic.RateLimitError, 'rate_limit_error'],
  [500, Anthropic.InternalServerError, 'api_error'],
  [529, Anthropic.InternalServerError, 'overloaded_error'],
])('HTTP %i is the error that the official client knows', async (status, kind, type) => {
  vendor.play(fails(status, { retryAfterSeconds: 2 }))
  const failure = await client.messages.create(asking()).then(undefined, (error) => error)
  expect(failure).toBeInstanceOf(kind)
  expect(failure.error).toMatchObject({
    type: 'error',
    error: { type },
    request_id: failure.requestID,
  })
  expect(failure.headers.get('retry-after')).toBe('2')
})

test('an error inside the stream is an overloaded_error event', async () => {
  vendor.play(breaks('error', { tokens: 2 }))
  let text = ''
  const reading = (async () => {
    for await (const event of await client.messages.create({ ...asking(), stream: true })) {
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {
        text += event.delta.text
      }
    }
  })()
  await expect(reading).rejects.toThrow('overloaded_error')
  expect(text).toBe('one two ')
})

test('without the end mark everything but message_stop is there', async () => {
  vendor.play(counts(2, { fault: { kind: 'no_end_mark' } }))
  const text = await (await raw({ ...asking(), stream: true })).text()
  expect(text).toContain('"stop_reason":"end_turn"')
  expect(text).not.toContain('message_stop')
})

describe('refusals in Anthropic’s form', () => {
  const use = (id: string, name = 'read_file') => ({
    role: 'assistant',
    content: [{ type: 'tool_use', id, name, input: {} }],
  })
  const block = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'x' })
  const result = (id: string) => ({ role: 'user', content: [block(id)] })
  const hello = { role: 'user', content: 'hello' }
  const talk = (...messages: object[]) => ({ ...asking(), messages })
  const { max_tokens: _, ...noLimit } = asking()

  test.each([
    ['no max_tokens', noLimit, 'max_tokens: Field required'],
    ['an unknown field', { ...asking(), frequency_penalty: 1 }, 'frequency_penalty: Extra inputs'],
    [
      'a sampling parameter, even at its default',
      { ...asking(), temperature: 1 },
      'temperature: Extra inputs',
    ],
    ['no message', talk(), 'messages: at least one message is required'],
    ['the assistant first', talk(use('a')), 'first message must use the "user" role'],
    ['a system message', talk({ role: 'system', content: 'x' }, hello), 'messages.0.role: '],
    ['two users in a row', talk(hello, hello), 'roles must alternate'],
    ['an empty text', talk({ role: 'user', content: '' }), 'non-empty content'],
    ['a blank text', talk({ role: 'user', content: ' \n' }), 'non-whitespace text'],
    ['an unanswered use', talk(hello, use('a')), '`tool_use` ids were found without'],
    [
      'an answer after other content',
      talk(hello, use('a'), { role: 'user', content: [{ type: 'text', text: 'x' }, block('a')] }),
      '`tool_use` ids were found without',
    ],
    [
      'a result without a use',
      talk(hello, { role: 'assistant', content: 'x' }, result('a')),
      'messages.2.content.0: unexpected `tool_use_id`',
    ],
    [
      'a result of another use',
      talk(hello, use('a'), { role: 'user', content: [block('a'), block('b')] }),
      'messages.2.content.1: unexpected',
    ],
    [
      'a use by the user',
      talk({ ...use('a'), role: 'user' }),
      '`tool_use` blocks can only be in `assistant`',
    ],
    [
      'a dot in a tool name',
      { ...asking(), tools: [{ ...tools[0], name: 'git.diff' }] },
      'tools.0.name: String should match',
    ],
    [
      'OpenAI’s tool form',
      { ...asking(), tools: [{ type: 'function', function: {} }] },
      'tools.0.',
    ],
    [
      'a schema that is no object',
      { ...asking(), tools: [{ name: 'x', input_schema: {} }] },
      'tools.0.input_schema.type: ',
    ],
    [
      'the same tool twice',
      { ...asking(), tools: [tools[0], tools[0]] },
      'Tool names must be unique',
    ],
    [
      'a choice without tools',
      { ...asking(), tool_choice: { type: 'auto' } },
      'tool_choice may only',
    ],
    [
      'arguments as text',
      talk(
        hello,
        { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'x', input: '{}' }] },
        result('a'),
      ),
      'messages.1.content.0.input: ',
    ],
  ])('%s', async (_name, body, message) => {
    vendor.play(says('accepted'))
    const response = await raw(body)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining(message) },
      request_id: response.headers.get('request-id'),
    })
  })

  test.each([
    ['no key', { 'x-api-key': '' }, 401, 'x-api-key header is required'],
    ['a wrong key', { 'x-api-key': 'wrong' }, 401, 'invalid x-api-key'],
    ['an unknown version', { 'anthropic-version': '1999-01-01' }, 400, 'anthropic-version'],
  ])('%s', async (_name, headers, ...[status, message]: [number, string]) => {
    const response = await raw(asking(), headers)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining(message) },
    })
  })

  test('the older version still knows sampling parameters, within their range', async () => {
    const older = { 'anthropic-version': '2023-06-01' }
    expect((await raw({ ...asking(), temperature: 0 }, older)).status).toBe(200)
    expect((await raw({ ...asking(), temperature: 1.5 }, older)).status).toBe(400)
  })

  test('no version', async () => {
    const response = await fetch(`${vendor.url}/v1/models`, { headers: { 'x-api-key': 'right' } })
    expect(response.status).toBe(400)
  })

  test('an unknown model', async () => {
    const asked = client.messages.create({ ...asking(), model: 'claude-none' })
    await expect(asked).rejects.toBeInstanceOf(Anthropic.NotFoundError)
  })
})

test('the model list is the one that the official client reads', async () => {
  const models = await client.models.list()
  expect(models.data.map(({ id }) => id)).toContain('claude-3-opus')
})

test('the demo script works as an agent over this protocol', async () => {
  vendor.play(demoScript)
  const asked = { ...asking('read a.txt and show the diff'), tools }
  const first = await client.messages.create(asked)
  const uses = first.content.flatMap((block) => (block.type === 'tool_use' ? [block] : []))
  expect(uses).toMatchObject([
    { name: 'read_file', input: { path: 'a.txt' } },
    { name: 'git_diff', input: {} },
  ])
  const second = await client.messages.create({
    ...asked,
    messages: [
      ...asked.messages,
      { role: 'assistant', content: first.content },
      {
        role: 'user',
        content: uses.map(({ id, name }) => ({
          type: 'tool_result' as const,
          tool_use_id: id,
          content: `result of ${name}`,
        })),
      },
    ],
  })
  expect(second.content).toMatchObject([
    { text: expect.stringMatching(/result of read_file.*result of git_diff/s) },
  ])
  expect(second.stop_reason).toBe('end_turn')
})
