import { type DemoModel, startDemoModel } from '@codelab/demo-model/server'
import OpenAI from 'openai'
import { until } from '../../support/until.ts'
import { allTools } from './conversation.ts'

type Finished = { path: string; status: number | undefined; aborted: boolean }

const finished: Finished[] = []
let model: DemoModel
let client: OpenAI

beforeAll(async () => {
  const log = { info: (fields: object) => void finished.push(fields as Finished) }
  model = await startDemoModel({ host: '127.0.0.1', port: 0, tokensPerSecond: 0, log })
  client = new OpenAI({ baseURL: `${model.url}/v1`, apiKey: 'any', maxRetries: 0, logLevel: 'off' })
})
afterAll(() => model.close())

const tools = allTools.map((name) => ({
  type: 'function' as const,
  function: { name, parameters: { type: 'object' } },
}))
const asking = (content: string) => ({
  model: 'codelab-demo',
  messages: [{ role: 'user' as const, content }],
  tools,
})
const stream = (content: string, more: object = {}) =>
  client.chat.completions.create({ ...asking(content), stream: true, ...more })
const whole = (content: string, more: object = {}) =>
  client.chat.completions.create({ ...asking(content), stream: false, ...more })

const raw = (body: unknown, init: RequestInit = {}) =>
  fetch(`${model.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  })

/** What arrived before a stream broke, and how it broke. */
async function broken(content: string): Promise<{ text: string; error: unknown }> {
  let text = ''
  try {
    for await (const chunk of await stream(content)) text += chunk.choices[0]?.delta.content ?? ''
  } catch (error) {
    return { text, error }
  }
  return { text, error: undefined }
}

describe('a stream', () => {
  test('has the role first, one chunk for each token, the finish reason, and usage when asked for', async () => {
    const chunks = []
    for await (const chunk of await stream('count to 3', {
      stream_options: { include_usage: true },
    })) {
      chunks.push(chunk)
    }
    expect(chunks.map((chunk) => chunk.choices[0]?.delta ?? 'usage')).toEqual([
      { role: 'assistant', content: '', refusal: null },
      { content: '1 ' },
      { content: '2 ' },
      { content: '3' },
      {},
      'usage',
    ])
    expect(chunks.map((chunk) => chunk.choices[0]?.finish_reason)).toEqual([
      null,
      null,
      null,
      null,
      'stop',
      undefined,
    ])
    expect(chunks.map(({ usage }) => usage?.completion_tokens)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      3,
    ])
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
    expect(chunks[0]).toMatchObject({
      object: 'chat.completion.chunk',
      model: 'codelab-demo',
      system_fingerprint: expect.stringMatching(/^fp_/),
    })
  })

  test('is server-sent events that end with [DONE], and without usage when nobody asks', async () => {
    const response = await raw({ ...asking('count to 2'), stream: true })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const text = await response.text()
    expect(text).not.toContain('usage')
    expect(text).toMatch(/^(data: \{.*\}\n\n)+data: \[DONE\]\n\n$/)
  })

  test('splits tool calls over chunks: id and name first, then arguments in pieces', async () => {
    const deltas = []
    for await (const chunk of await stream('read a.txt and b.txt')) {
      deltas.push(...(chunk.choices[0]?.delta.tool_calls ?? []))
    }
    for (const index of [0, 1]) {
      const [first, ...rest] = deltas.filter((delta) => delta.index === index)
      expect(first).toEqual({
        index,
        id: expect.stringMatching(/^call_[0-9a-f]{24}$/),
        type: 'function',
        function: { name: 'read_file', arguments: '' },
      })
      expect(rest.length).toBeGreaterThan(2)
      expect(rest.every((delta) => delta.id === undefined)).toBe(true)
      expect(JSON.parse(rest.map((delta) => delta.function?.arguments).join(''))).toEqual({
        path: ['a.txt', 'b.txt'][index],
      })
    }
  })

  test('is put together by the official client into the same message as without a stream', async () => {
    const streamed = await client.chat.completions
      .stream(asking('explain first, then read a.txt and delete b.txt'))
      .finalMessage()
    const { choices, usage } = await whole('explain first, then read a.txt and delete b.txt')
    const functions = (calls: typeof streamed.tool_calls) =>
      calls?.map((call) => (call.type === 'function' ? call.function.arguments : call.type))
    expect(streamed.content).toBe(choices[0]?.message.content)
    expect(functions(streamed.tool_calls)).toEqual(functions(choices[0]?.message.tool_calls))
    expect(choices[0]?.finish_reason).toBe('tool_calls')
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0))
  })

  test('keeps to its pace: no token comes before its time', async () => {
    const times: number[] = []
    const asked = performance.now()
    for await (const chunk of await stream('wait for 60 ms, count to 5 at 100 tokens/s')) {
      if (chunk.choices[0]?.delta.content) times.push(performance.now() - asked)
    }
    // A timer may fire up to a millisecond early; the wait itself is what is asserted.
    times.forEach((time, index) => expect(time).toBeGreaterThan(58 + index * 10))
    expect(times).toHaveLength(5)
  })

  test('ends with its reader: the model hears that the client went away', async () => {
    finished.length = 0
    const answer = await stream('count to 1000 at 20 tokens/s')
    for await (const chunk of answer) {
      if (chunk.choices[0]?.delta.content) break
    }
    await until('the request to be over', () => finished[0])
    expect(finished).toEqual([
      { method: 'POST', path: '/v1/chat/completions', status: 200, aborted: true },
    ])
  })
})

describe('limits', () => {
  test('max_tokens cuts the text and says so', async () => {
    const { choices, usage } = await whole('count to 9', { max_completion_tokens: 4 })
    expect(choices[0]?.message.content).toBe('1 2 3 4 ')
    expect(choices[0]?.finish_reason).toBe('length')
    expect(usage?.completion_tokens).toBe(4)
  })

  test('a stop sequence ends the text before it', async () => {
    const { choices } = await whole('count to 9', { stop: '5' })
    expect(choices[0]?.message.content).toBe('1 2 3 4 ')
  })
})

describe('failing as wished', () => {
  test.each([
    [400, OpenAI.BadRequestError],
    [429, OpenAI.RateLimitError],
    [500, OpenAI.InternalServerError],
  ])('with %i in the form that the official client knows', async (status, kind) => {
    await expect(stream(`fail with ${status}`)).rejects.toBeInstanceOf(kind)
  })

  test('with a time after which to try again', async () => {
    const failure = await stream('fail with 429 (retry after 7)').then(undefined, (error) => error)
    expect(failure.headers.get('retry-after')).toBe('7')
    expect(failure.code).toBe('rate_limit_exceeded')
  })

  test('so many times, then never again for this try; and anew for the next', async () => {
    const results = []
    for (let attempt = 0; attempt < 6; attempt += 1) {
      results.push(
        await whole('fail twice then count to 2').then(
          () => 'ok',
          () => 'failed',
        ),
      )
    }
    expect(results).toEqual(['failed', 'failed', 'ok', 'failed', 'failed', 'ok'])
  })

  test('by cutting the stream after exactly so many tokens', async () => {
    const { text, error } = await broken('count to 9, cut the stream after 5 tokens')
    expect(text).toBe('1 2 3 4 5 ')
    expect(error).toMatchObject({ message: 'terminated' })
  })

  test('by an error inside the stream', async () => {
    const { text, error } = await broken('send an error after 2 tokens')
    expect(text).toBe('1 2 ')
    expect(error).toBeInstanceOf(OpenAI.APIError)
  })

  test('by a line that is no JSON', async () => {
    expect((await broken('send garbage after 2 tokens')).text).toBe('1 2 ')
  })

  test('by ending without the end mark', async () => {
    const response = await raw({ ...asking('count to 2, leave out the end mark'), stream: true })
    const text = await response.text()
    expect(text).toContain('"finish_reason":"stop"')
    expect(text).not.toContain('[DONE]')
  })

  test('by dripping bytes, which loses nothing', async () => {
    expect(await broken('drip, echo: Ответ 🙂 1')).toEqual({ text: 'Ответ 🙂 1', error: undefined })
  })

  test('by closing the connection without a word', async () => {
    await expect(stream('drop the connection')).rejects.toBeInstanceOf(OpenAI.APIConnectionError)
  })

  test.each([
    ['hang before first token', ''],
    ['count to 9, stall after 2 tokens', '1 2 '],
  ])('by waiting for ever until the reader goes: %s', async (wish, before) => {
    finished.length = 0
    const answer = await stream(wish)
    let text = ''
    let opened = false
    const reading = (async () => {
      for await (const chunk of answer) {
        text += chunk.choices[0]?.delta.content ?? ''
        opened = true
      }
    })()
    await until('all that comes before', () => opened && text === before)
    expect(finished).toEqual([])
    answer.controller.abort()
    await reading
    await until('the model to notice', () => finished[0]?.aborted)
  })

  test('without a stream, a cut is one inside the document', async () => {
    const response = await raw(asking('cut the stream after 5 tokens'))
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
  })
})

describe('refusals in OpenAI’s form', () => {
  const call = (id: string, name = 'read_file') => ({
    id,
    type: 'function',
    function: { name, arguments: '{}' },
  })
  const assistant = (...calls: object[]) => ({
    role: 'assistant',
    content: null,
    tool_calls: calls,
  })
  const tool = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'x' })
  const hello = { role: 'user', content: 'hello' }
  const talk = (...messages: object[]) => ({ model: 'codelab-demo', messages })

  test.each([
    ['no JSON', '{', 400, null, null],
    ['no model', { messages: [hello] }, 400, 'model', 'missing_required_parameter'],
    ['no messages', { model: 'codelab-demo' }, 400, 'messages', 'missing_required_parameter'],
    ['another model', { model: 'gpt-4o', messages: [hello] }, 404, null, 'model_not_found'],
    [
      'a dot in a tool name',
      { ...talk(hello), tools: [{ type: 'function', function: { name: 'git.diff' } }] },
      400,
      'tools[0].function.name',
      'invalid_value',
    ],
    [
      'a dot in a past call',
      talk(hello, assistant(call('a', 'git.diff')), tool('a')),
      400,
      'messages[1].tool_calls[0].function.name',
      'invalid_value',
    ],
    ['no tools in the list', { ...talk(hello), tools: [] }, 400, 'tools', 'empty_array'],
    ['a choice without tools', { ...talk(hello), tool_choice: 'auto' }, 400, 'tool_choice', null],
    [
      'stream options without a stream',
      { ...talk(hello), stream_options: { include_usage: true } },
      400,
      'stream_options',
      null,
    ],
    ['a tool message out of nowhere', talk(hello, tool('a')), 400, 'messages.[1].role', null],
    [
      'an unanswered call',
      talk(hello, assistant(call('a'), call('b')), tool('a'), hello),
      400,
      'messages.[1].role',
      null,
    ],
    [
      'an unanswered call at the end',
      talk(hello, assistant(call('a'))),
      400,
      'messages.[1].role',
      null,
    ],
    [
      'an assistant that says nothing',
      talk(hello, { role: 'assistant', content: null }),
      400,
      'messages.[1].content',
      null,
    ],
  ])('%s', async (_, body, ...[status, param, code]) => {
    const response = await raw(body)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({
      error: { message: expect.any(String), type: 'invalid_request_error', param, code },
    })
    expect(response.headers.get('x-request-id')).toMatch(/^req_/)
  })

  test('answered calls in any order are accepted', async () => {
    const body = talk(hello, assistant(call('a'), call('b')), tool('b'), tool('a'))
    expect((await raw(body)).status).toBe(200)
  })

  test('an unknown route', async () => {
    const response = await fetch(`${model.url}/v1/nothing`)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({
      error: { message: 'Invalid URL (GET /v1/nothing)' },
    })
  })
})

test('the model list names the one that talks and the one that embeds', async () => {
  expect((await client.models.list()).data.map(({ id }) => id)).toEqual([
    'codelab-demo',
    'codelab-demo-embedding',
  ])
  expect(await client.models.retrieve('codelab-demo')).toMatchObject({ object: 'model' })
})

test('embeddings are the same unit vectors as floats and, by the client’s default, as base64', async () => {
  const input = ['open the door', 'open the door', 'tax']
  const plain = await client.embeddings.create({
    model: 'codelab-demo',
    input,
    encoding_format: 'float',
  })
  const packed = await client.embeddings.create({ model: 'codelab-demo', input, dimensions: 256 })
  const [first, second, third] = plain.data.map(({ embedding }) => embedding)
  expect(first).toEqual(second)
  expect(first).not.toEqual(third)
  packed.data.forEach(({ embedding }, at) =>
    embedding.forEach((value, index) =>
      expect(value).toBeCloseTo(plain.data[at]?.embedding[index] ?? NaN, 6),
    ),
  )
  expect(packed.usage.prompt_tokens).toBeGreaterThan(0)
})

test('a taken port is said at once', async () => {
  const port = Number(new URL(model.url).port)
  await expect(startDemoModel({ host: '127.0.0.1', port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
})
