import { startAnthropic } from '../../support/vendors/anthropic.ts'
import { startOllama } from '../../support/vendors/ollama.ts'
import { startOpenAI } from '../../support/vendors/openai.ts'
import { breaks, calls, counts, fails, says } from '../../support/vendors/replies.ts'
import type { StandIn } from '../../support/vendors/stand-in.ts'
import { type Proxy, asks, startProxy, textOf } from './proxy.ts'

const tool = (name: string) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { path: { type: 'string' } } } },
})
const script = says('Hello')

const vendors: {
  vendor: string
  model: string
  provider: string
  startVendor: () => Promise<StandIn>
  env: (vendor: StandIn) => Record<string, string>
}[] = [
  {
    vendor: 'OpenAI',
    model: 'gpt-4o',
    provider: 'openai',
    startVendor: () => startOpenAI({ script, apiKey: 'sk-right' }),
    env: ({ url }) => ({
      OPENAI_BASE_URL: `${url}/v1`,
      OPENAI_API_KEY: 'sk-right',
      CODELAB_FALLBACK_MODELS: 'none',
    }),
  },
  {
    vendor: 'Anthropic',
    model: 'claude-3-opus',
    provider: 'anthropic',
    startVendor: () => startAnthropic({ script, apiKey: 'ant-right' }),
    env: ({ url }) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'ant-right' }),
  },
  {
    vendor: 'Ollama',
    model: 'ollama/llama3.2',
    provider: 'ollama',
    startVendor: () => startOllama({ script }),
    env: ({ url }) => ({ OLLAMA_BASE_URL: url }),
  },
]

describe.each(vendors)('$vendor', ({ model, provider, startVendor, env }) => {
  let vendor: StandIn
  let proxy: Proxy
  const name = model.split('/').at(-1)
  const done = (finish_reason: string, attempts = 1) => ({
    type: 'done',
    finish_reason,
    model: name,
    provider,
    attempts,
  })
  const hello = { model, messages: asks('Hi') }

  beforeAll(async () => {
    vendor = await startVendor()
    proxy = await startProxy(env(vendor))
  })
  afterAll(async () => {
    await proxy.stop()
    await vendor.close()
  })

  test('streams text, then usage, then done', async () => {
    vendor.play(counts(50, { usage: { input: 11, output: 50 } }))
    const parts = await proxy.stream(hello)
    expect(textOf(parts)).toBe(Array.from({ length: 50 }, (_, index) => index + 1).join(' '))
    expect(parts.slice(-2)).toMatchObject([
      { type: 'usage', input_tokens: 11, output_tokens: 50 },
      done('stop'),
    ])
    expect(parts.slice(0, -2).every(({ type }) => type === 'content')).toBe(true)
  })

  test('gives a whole answer', async () => {
    vendor.play(says('Grüße 🚀', { usage: { input: 3, output: 4 } }))
    const { status, body } = await proxy.complete(hello)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      content: 'Grüße 🚀',
      tool_calls: [],
      usage: { input_tokens: 3, output_tokens: 4 },
      finish_reason: 'stop',
      model: name,
      provider,
      attempts: 1,
    })
  })

  test('passes tool calls whole, with their own names', async () => {
    vendor.play(
      calls([
        ['git_diff', { path: 'a.ts' }],
        ['read_file', { path: 'ü.ts' }],
      ]),
    )
    const tools = [tool('git.diff'), tool('read_file')]
    const parts = await proxy.stream({ ...hello, tools })
    expect(parts.filter(({ type }) => type === 'tool_call')).toEqual([
      {
        type: 'tool_call',
        id: expect.stringMatching(/.+/),
        name: 'git.diff',
        arguments: { path: 'a.ts' },
      },
      {
        type: 'tool_call',
        id: expect.stringMatching(/.+/),
        name: 'read_file',
        arguments: { path: 'ü.ts' },
      },
    ])
    expect(parts.at(-1)).toMatchObject(done('tool_calls'))
    const sent = JSON.stringify(vendor.completions().at(-1)?.body)
    expect(sent).toContain('"git_diff"')
    expect(sent).not.toContain('git.diff')
  })

  test('a conversation with calls and results goes through, names accepted', async () => {
    vendor.play(says('Done'))
    const parts = await proxy.stream({
      model,
      tools: [tool('git.diff')],
      messages: [
        { role: 'system', content: 'Be brief.' },
        ...asks('Show me'),
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            {
              id: 'call_1',
              type: 'function',
              function: { name: 'git.diff', arguments: '{"path":"a"}' },
            },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'a diff' },
        ...asks('And now?'),
      ],
    })
    expect(textOf(parts)).toBe('Done')
    expect(JSON.stringify(vendor.completions().at(-1)?.body)).not.toContain('git.diff')
  })

  test('tells that an answer was cut for its length', async () => {
    vendor.play(says('Once upon', { finish: 'length' }))
    expect((await proxy.stream(hello)).at(-1)).toMatchObject(done('length'))
  })

  test.each(['cut', 'error'] as const)(
    'a stream with %s before its first part is tried again',
    async (kind) => {
      vendor.play([breaks(kind, { tokens: 0 }), says('Second try')])
      const parts = await proxy.stream(hello)
      expect(textOf(parts)).toBe('Second try')
      expect(parts.at(-1)).toMatchObject(done('stop', 2))
    },
  )

  test.each(['cut', 'error', 'garbage'] as const)(
    'a stream with %s after its first part ends with an error to be tried again by the agent',
    async (kind) => {
      vendor.play(breaks(kind, { tokens: 3 }))
      const parts = await proxy.stream(hello)
      expect(textOf(parts)).toContain('one')
      expect(parts.at(-1)).toMatchObject({
        type: 'error',
        code: 'upstream_failed',
        retryable: true,
      })
      expect(parts.some(({ type }) => type === 'done')).toBe(false)
    },
  )

  test('a stream that is closed in form but lacks its end mark is broken', async () => {
    vendor.play(says('Almost all', { fault: { kind: 'no_end_mark' } }))
    const parts = await proxy.stream(hello)
    expect(parts.at(-1)).toMatchObject({ type: 'error', retryable: true })
  })

  test('tool calls of a stream that breaks never get out', async () => {
    vendor.play([
      calls({ git_diff: { path: 'a' } }, { fault: { kind: 'no_end_mark' } }),
      calls({ git_diff: { path: 'b' } }),
    ])
    const parts = await proxy.stream({ ...hello, tools: [tool('git.diff')] })
    expect(parts.filter(({ type }) => type === 'tool_call')).toMatchObject([
      { arguments: { path: 'b' } },
    ])
    expect(parts.at(-1)).toMatchObject(done('tool_calls', 2))
  })

  test('bytes that come in pieces without regard to characters make the same answer', async () => {
    vendor.play(says('Grüße, 🚀 日本', { fault: { kind: 'drip', bytes: 3, everyMs: 0 } }))
    expect(textOf(await proxy.stream(hello))).toBe('Grüße, 🚀 日本')
  })

  test('three tries on failures of the vendor, and then 503', async () => {
    vendor.play(fails(500))
    const before = vendor.completions().length
    const { status, body } = await proxy.complete(hello)
    expect(status).toBe(503)
    expect(body.error).toMatchObject({ code: 'unavailable' })
    expect(body.error.message).toContain(`"${provider}"`)
    expect(vendor.completions().length - before).toBe(3)
  })

  test.each([429, 503])('a %i is tried again', async (status) => {
    vendor.play([fails(status), says('Now')])
    expect((await proxy.stream(hello)).at(-1)).toMatchObject(done('stop', 2))
  })

  test.each([400, 422])('a %i is not tried again and says why', async (status) => {
    vendor.play(fails(status, { message: 'the context is too long' }))
    const before = vendor.completions().length
    const reply = await proxy.complete(hello)
    expect(reply.status).toBe(400)
    expect(reply.body.error.message).toContain('the context is too long')
    expect(vendor.completions().length - before).toBe(1)
  })

  test('a connection that closes without an answer is tried again', async () => {
    vendor.play([says('', { fault: { kind: 'drop' } }), says('Here')])
    expect((await proxy.stream(hello)).at(-1)).toMatchObject(done('stop', 2))
  })

  test('a vendor that does not listen is 503, and works again as soon as it does', async () => {
    await vendor.refuseConnections()
    expect((await proxy.complete(hello)).status).toBe(503)
    await vendor.listenAgain()
    vendor.play(says('Back'))
    expect(textOf(await proxy.stream(hello))).toBe('Back')
  })

  test('the upstream request ends as soon as the caller goes', async () => {
    vendor.play(counts(1000, { pace: { tokensPerSecond: 20 } }))
    const caller = new AbortController()
    const response = await proxy.post(
      '/api/v1/completion',
      { ...hello, stream: true },
      { signal: caller.signal },
    )
    await response.body?.getReader().read()
    caller.abort()
    await vendor.when(() => vendor.completions().at(-1)?.aborted === true)
  })

  test('the upstream request ends when the caller goes before the first part', async () => {
    vendor.play(says('', { fault: { kind: 'hang', before: 'headers' } }))
    const before = vendor.completions().length
    const caller = new AbortController()
    const response = proxy.post('/api/v1/completion', hello, { signal: caller.signal })
    await vendor.when(() => vendor.completions().length > before)
    caller.abort()
    await expect(response).rejects.toThrow()
    await vendor.when(() => vendor.completions().at(-1)?.finished === true)
  })
})

test('a temperature, a limit and the window reach the vendor', async () => {
  const ollama = await startOllama({ script, contextLength: 131_072 })
  const proxy = await startProxy({ OLLAMA_BASE_URL: ollama.url, OLLAMA_CONTEXT_TOKENS: '12000' })
  await proxy.complete({ model: 'llama2', messages: asks('Hi'), temperature: 0.5, max_tokens: 9 })
  expect(ollama.completions().at(-1)?.body).toMatchObject({
    model: 'llama2:latest',
    options: { num_ctx: 12_000, num_predict: 9, temperature: 0.5 },
  })
  await proxy.stop()
  await ollama.close()
})
