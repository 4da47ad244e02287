import OpenAI from 'openai'
import { startAnthropic } from '../../support/vendors/anthropic.ts'
import { startOllama } from '../../support/vendors/ollama.ts'
import { startOpenAI } from '../../support/vendors/openai.ts'
import { breaks, calls, counts, fails, says } from '../../support/vendors/replies.ts'
import type { StandIn } from '../../support/vendors/stand-in.ts'
import { type Proxy, serviceToken, startProxy } from './proxy.ts'

let vendors: StandIn[]
let proxy: Proxy
let client: OpenAI

beforeAll(async () => {
  const script = says('Hello')
  const [openai, anthropic, ollama] = await Promise.all([
    startOpenAI({ script }),
    startAnthropic({ script }),
    startOllama({ script }),
  ])
  vendors = [openai, anthropic, ollama]
  proxy = await startProxy({
    OPENAI_BASE_URL: openai.url,
    OPENAI_API_KEY: 'sk-openai',
    ANTHROPIC_BASE_URL: anthropic.url,
    ANTHROPIC_API_KEY: 'sk-anthropic',
    OLLAMA_BASE_URL: ollama.url,
    CODELAB_FALLBACK_MODELS: 'none',
  })
  client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: serviceToken })
})
afterAll(async () => {
  await proxy.stop()
  for (const vendor of vendors) await vendor.close()
})

const models = ['gpt-4o', 'claude-3-opus', 'ollama/llama2']
const messages = [{ role: 'user' as const, content: 'Hi' }]
const playAll = (script: Parameters<StandIn['play']>[0]) => {
  for (const vendor of vendors) vendor.play(script)
}
const tools = [
  {
    type: 'function' as const,
    function: { name: 'git.diff', parameters: { type: 'object', properties: {} } },
  },
]

describe.each(models)('the official client with %s', (model) => {
  test('reads a stream', async () => {
    playAll(counts(20, { usage: { input: 5, output: 20 } }))
    const stream = await client.chat.completions.create({
      model,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    })
    let text = ''
    let tokens: number | undefined
    let finish: string | null | undefined
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      finish = chunk.choices[0]?.finish_reason ?? finish
      tokens = chunk.usage?.completion_tokens ?? tokens
    }
    expect(text).toBe(Array.from({ length: 20 }, (_, index) => index + 1).join(' '))
    expect({ finish, tokens }).toEqual({ finish: 'stop', tokens: 20 })
  })

  test('gets no chunk without a choice unless it asked for the usage', async () => {
    playAll(says('Hello'))
    const stream = await client.chat.completions.create({ model, messages, stream: true })
    for await (const chunk of stream) expect(chunk.choices).toHaveLength(1)
  })

  test('reads a whole answer', async () => {
    playAll(says('Grüße 🚀', { usage: { input: 5, output: 2 } }))
    const answer = await client.chat.completions.create({ model, messages })
    expect(answer.choices[0]?.message.content).toBe('Grüße 🚀')
    expect(answer.usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 })
  })

  test('gets tool calls under their own names, streamed and whole', async () => {
    playAll(calls({ git_diff: { path: 'a' } }))
    const whole = await client.chat.completions.create({ model, messages, tools })
    const call = whole.choices[0]?.message.tool_calls?.[0]
    expect(call?.type === 'function' && call.function).toEqual({
      name: 'git.diff',
      arguments: expect.stringMatching(/^\{"path":\s*"a"\}$/),
    })
    expect(whole.choices[0]?.finish_reason).toBe('tool_calls')
    const streamed = client.chat.completions.stream({ model, messages, tools })
    const [last] = (await streamed.finalChatCompletion()).choices
    expect(last?.message.tool_calls?.[0]).toMatchObject({ function: { name: 'git.diff' } })
  })

  test('hears of a stream that breaks off', async () => {
    playAll(breaks('cut', { tokens: 3 }))
    const stream = await client.chat.completions.create({ model, messages, stream: true })
    const reading = async () => {
      for await (const _ of stream);
    }
    await expect(reading()).rejects.toThrow()
  })

  test('is told not to try again what was tried here', async () => {
    playAll(fails(500))
    const before = vendors.flatMap((vendor) => vendor.completions()).length
    await expect(client.chat.completions.create({ model, messages })).rejects.toMatchObject({
      status: 503,
      type: 'server_error',
      code: 'unavailable',
    })
    expect(vendors.flatMap((vendor) => vendor.completions()).length - before).toBe(3)
  })
})

test('a stream of the same dialect keeps what we know nothing of', async () => {
  playAll(says('Hello'))
  await client.chat.completions.create({ model: 'gpt-4o', messages, seed: 7, logit_bias: { 5: 1 } })
  expect(vendors[0]?.completions().at(-1)?.body).toMatchObject({ seed: 7, logit_bias: { 5: 1 } })
})

test.each([
  [{ model: 'gpt-nothing', messages }, 404, 'model', 'model_not_found'],
  [{ model: 'gpt-4o', messages: [] }, 400, 'messages', 'invalid_request'],
  [{ model: 'claude-3-opus', messages, n: 2 }, 400, 'n', 'invalid_request'],
  [{ model: 'text-embedding-3-small', messages }, 400, 'model', 'invalid_request'],
])('%j is refused in the form of OpenAI', async (body, status, param, code) => {
  await expect(client.chat.completions.create(body)).rejects.toMatchObject({ status, param, code })
})

test('a wrong key is an authentication error', async () => {
  const stranger = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: 'sk-wrong' })
  await expect(stranger.models.list()).rejects.toMatchObject({
    status: 401,
    code: 'invalid_api_key',
  })
})

test('lists models and makes embeddings', async () => {
  const ids: string[] = []
  for await (const { id } of client.models.list()) ids.push(id)
  expect(ids).toEqual(expect.arrayContaining(['gpt-4o', 'claude-3-opus', 'llama2']))
  for (const model of ['text-embedding-3-small', 'nomic-embed-text']) {
    const { data } = await client.embeddings.create({ model, input: ['one', 'two'] })
    expect(data).toHaveLength(2)
    expect(data[0]!.embedding.length).toBeGreaterThan(10)
  }
})

test('a route that is not there is 404 in the same form', async () => {
  const response = await proxy.get('/v1/none')
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ error: { code: 'not_found' } })
})
