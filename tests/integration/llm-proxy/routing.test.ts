import { once } from 'node:events'
import { request as startRequest } from 'node:http'
import { until } from '../../support/until.ts'
import { startAnthropic } from '../../support/vendors/anthropic.ts'
import { startOpenAI } from '../../support/vendors/openai.ts'
import { breaks, calls, counts, fails, says } from '../../support/vendors/replies.ts'
import type { StandIn } from '../../support/vendors/stand-in.ts'
import { type Proxy, asks, serviceToken, startProxy, textOf } from './proxy.ts'

let openai: StandIn
let anthropic: StandIn
const proxies: Proxy[] = []

/** OpenAI first, Anthropic to fall back to. */
const proxy = async (env: Record<string, string> = {}): Promise<Proxy> => {
  const started = await startProxy({
    OPENAI_BASE_URL: openai.url,
    OPENAI_API_KEY: 'sk-openai',
    ANTHROPIC_BASE_URL: `${anthropic.url}/v1`,
    ANTHROPIC_API_KEY: 'sk-anthropic',
    CODELAB_FALLBACK_MODELS: 'claude-3-opus',
    ...env,
  })
  proxies.push(started)
  return started
}
const hello = { model: 'gpt-4o', messages: asks('Hi') }
const available = async (service: Proxy, model: string): Promise<boolean | undefined> => {
  const list = (await (await service.get('/api/v1/models')).json()) as {
    models: { id: string; available: boolean }[]
  }
  return list.models.find(({ id }) => id === model)?.available
}
const hang = says('', { fault: { kind: 'hang', before: 'headers' } })

beforeEach(async () => {
  openai = await startOpenAI({ script: says('From OpenAI') })
  anthropic = await startAnthropic({ script: says('From Anthropic') })
})
afterEach(async () => {
  for (const started of proxies.splice(0)) await started.stop()
  await Promise.all([openai.close(), anthropic.close()])
})

describe('fallback', () => {
  test('after three failed tries the next model answers, and says for whom', async () => {
    openai.play(fails(500))
    const parts = await (await proxy()).stream(hello)
    expect(textOf(parts)).toBe('From Anthropic')
    expect(parts.at(-1)).toEqual({
      type: 'done',
      finish_reason: 'stop',
      model: 'claude-3-opus',
      provider: 'anthropic',
      attempts: 4,
      fell_back_from: 'gpt-4o',
    })
    expect(openai.completions()).toHaveLength(3)
  })

  test.each([401, 403, 404])('a %i goes to the next model at once', async (status) => {
    openai.play(fails(status))
    const { body } = await (await proxy()).complete(hello)
    expect(body).toMatchObject({ content: 'From Anthropic', attempts: 2, fell_back_from: 'gpt-4o' })
  })

  test.each([400, 422])('a %i goes nowhere', async (status) => {
    openai.play(fails(status))
    expect((await (await proxy()).complete(hello)).status).toBe(400)
    expect(anthropic.completions()).toHaveLength(0)
  })

  test('a vendor that asks for too long a wait is left at once', async () => {
    openai.play(fails(429, { retryAfterSeconds: 3600 }))
    const { body } = await (await proxy()).complete(hello)
    expect(body).toMatchObject({ content: 'From Anthropic', attempts: 2 })
  })

  test('the longest wait of a vendor is told when nobody else is left', async () => {
    openai.play(fails(429, { retryAfterSeconds: 3600 }))
    const { status, headers, body } = await (
      await proxy({ CODELAB_FALLBACK_MODELS: 'none' })
    ).complete(hello)
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('3600')
    expect(body.error.retry_after_s).toBe(3600)
  })

  test('the stand-in model is never a fallback', async () => {
    openai.play(fails(500))
    const demo = await startOpenAI({ script: says('Demo'), models: ['codelab-demo'] })
    const env = { CODELAB_FALLBACK_MODELS: 'codelab-demo', DEMO_MODEL_URL: `${demo.url}/v1` }
    expect((await (await proxy(env)).complete(hello)).status).toBe(503)
    expect(demo.completions()).toHaveLength(0)
    await demo.close()
  })

  test('with an OpenAI key alone gpt-4 is the default and falls back to gpt-3.5-turbo', async () => {
    openai.play((_, { model }) => (model === 'gpt-4' ? fails(500) : says('Smaller')))
    const alone = await startProxy({ OPENAI_BASE_URL: openai.url, OPENAI_API_KEY: 'k' })
    proxies.push(alone)
    const { default: name } = (await (await alone.get('/api/v1/models')).json()) as {
      default: string
    }
    expect(name).toBe('gpt-4')
    const { body } = await alone.complete({ ...hello, model: name })
    expect(body).toMatchObject({ model: 'gpt-3.5-turbo', fell_back_from: 'gpt-4' })
  })

  test('when all are down it is 503, when all are slow 504, when all refuse 502', async () => {
    const all = await proxy({ LLM_TIMEOUT_MS: '60' })
    openai.play(fails(500))
    anthropic.play(fails(529))
    expect((await all.complete(hello)).status).toBe(503)
    openai.play(hang)
    anthropic.play(hang)
    expect((await all.complete(hello)).status).toBe(504)
    openai.play(fails(401))
    anthropic.play(fails(403))
    const { status, body } = await all.complete(hello)
    expect(status).toBe(502)
    expect(body.error.message).toMatch(/"openai".*"anthropic"/)
    expect(body.error.message).not.toContain('sk-')
  })
})

describe('time-outs', () => {
  test('silence before the first part is a failed try, with headers sent or not', async () => {
    const slow = await proxy({ LLM_TIMEOUT_MS: '80' })
    openai.play([
      hang,
      says('Late', { fault: { kind: 'hang', before: 'first_token' } }),
      says('At last'),
    ])
    const parts = await slow.stream(hello)
    expect(textOf(parts)).toBe('At last')
    expect(parts.at(-1)).toMatchObject({ attempts: 3, provider: 'openai' })
  })

  test('silence after the first part ends the answer with an error', async () => {
    openai.play(breaks('stall', { tokens: 3 }))
    const parts = await (await proxy({ LLM_STALL_TIMEOUT_MS: '80' })).stream(hello)
    expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'upstream_timeout', retryable: true })
    await openai.when(() => openai.completions().at(-1)?.aborted === true)
  })

  test('an answer that takes longer than the first part may is no failure', async () => {
    openai.play(counts(30, { pace: { tokensPerSecond: 200 } }))
    const parts = await (
      await proxy({ LLM_TIMEOUT_MS: '70', LLM_STALL_TIMEOUT_MS: '1000' })
    ).stream(hello)
    expect(parts.at(-1)).toMatchObject({ type: 'done', attempts: 1 })
  })

  test('idle streams are kept alive by comments', async () => {
    openai.play(breaks('stall', { tokens: 1 }))
    const caller = new AbortController()
    const quiet = await proxy({ KEEP_ALIVE_MS: '20' })
    const response = await quiet.post('/api/v1/completion', { ...hello, stream: true }, caller)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes(': keep-alive\n\n')) text += (await reader.read()).value
    caller.abort()
  })
})

test('whoever waits for the first part is told now and then that somebody is there', async () => {
  openai.play(hang)
  const quiet = await proxy({ KEEP_ALIVE_MS: '20' })
  const request = startRequest(`${quiet.url}/api/v1/completion`, {
    method: 'POST',
    headers: { authorization: `Bearer ${serviceToken}`, 'content-type': 'application/json' },
  })
  request.end(JSON.stringify({ ...hello, stream: true }))
  const [interim] = (await once(request, 'information')) as [{ statusCode: number }]
  expect(interim.statusCode).toBe(102)
  request.on('error', () => undefined)
  request.destroy()
})

describe('breaker', () => {
  const breaking = {
    CODELAB_FALLBACK_MODELS: 'none',
    BREAKER_FAILURES: '5',
    BREAKER_RECOVERY_S: '60',
  }

  test('opens at the fifth failed try, within the loop of the second request', async () => {
    openai.play(fails(500))
    const service = await proxy(breaking)
    await service.complete(hello)
    const { status, body } = await service.complete(hello)
    expect(status).toBe(503)
    expect(openai.completions()).toHaveLength(5)
    expect(body.error.code).toBe('unavailable')
    expect((await service.complete(hello)).body.error.retry_after_s).toBe(60)
    expect(openai.completions()).toHaveLength(5)
    expect(await available(service, 'gpt-4o')).toBe(false)
    expect(await available(service, 'gpt-4')).toBe(true)
    const gauge = 'codelab_llm_proxy_breaker_state{provider="openai",model="gpt-4o"}'
    expect(await service.metric(gauge)).toBe(2)
  })

  test('belongs to one model: another of the same provider still answers', async () => {
    openai.play((_, { model }) => (model === 'gpt-4o' ? fails(500) : says('Fine')))
    const service = await proxy({ ...breaking, BREAKER_FAILURES: '1' })
    await service.complete(hello)
    expect((await service.complete({ ...hello, model: 'gpt-4' })).body.content).toBe('Fine')
  })

  test('after its rest one probe goes through, whoever else comes is turned away at once', async () => {
    const service = await proxy({ ...breaking, BREAKER_FAILURES: '1', BREAKER_RECOVERY_S: '0.05' })
    openai.play(fails(500))
    await service.complete(hello)
    await until('its rest is over', () => available(service, 'gpt-4o'))
    openai.play(says('Well again', { pace: { firstTokenAfterMs: 300 } }))
    const before = openai.completions().length
    const replies = await Promise.all(Array.from({ length: 10 }, () => service.complete(hello)))
    expect(openai.completions().length - before).toBe(1)
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(replies.filter(({ status }) => status === 503)).toHaveLength(9)
    expect((await service.complete(hello)).body.content).toBe('Well again')
  })

  test('refusals of the request itself never open it', async () => {
    openai.play(fails(400))
    const service = await proxy({ ...breaking, BREAKER_FAILURES: '2' })
    for (let count = 0; count < 4; count++) await service.complete(hello)
    expect(openai.completions()).toHaveLength(4)
  })
})

describe('what a model sends', () => {
  test('arguments that are broken come as {} and the raw text', async () => {
    openai.play(calls({ read_file: '{"path": "a' }))
    const [part] = await (await proxy()).stream(hello)
    expect(part).toMatchObject({
      type: 'tool_call',
      name: 'read_file',
      arguments: {},
      invalid_arguments: '{"path": "a',
    })
  })

  test('a tool nobody offered passes under the name the model made up', async () => {
    openai.play(calls({ no_such_tool: {} }))
    expect((await (await proxy()).stream(hello))[0]).toMatchObject({ name: 'no_such_tool' })
  })

  test('nothing at all is an answer of nothing', async () => {
    openai.play(says(''))
    const parts = await (await proxy()).stream(hello)
    expect(parts.map(({ type }) => type)).toEqual(['usage', 'done'])
  })
})

test('usage is counted per model, for cancelled streams too', async () => {
  const service = await proxy()
  openai.play(says('Hi', { usage: { input: 10, output: 2, cached: 4 } }))
  await service.stream(hello)
  openai.play(counts(1000, { pace: { tokensPerSecond: 20 } }))
  const caller = new AbortController()
  const response = await service.post('/api/v1/completion', { ...hello, stream: true }, caller)
  await response.body?.getReader().read()
  caller.abort()
  await openai.when(() => openai.completions().at(-1)?.aborted === true)
  const name = (outcome: string) =>
    `codelab_llm_proxy_requests_total{provider="openai",model="gpt-4o",kind="completion",outcome="${outcome}"}`
  expect(await service.metric(name('completed'))).toBe(1)
  expect(await service.metric(name('cancelled'))).toBe(1)
  const tokens = (direction: string) =>
    service.metric(
      `codelab_llm_proxy_tokens_total{provider="openai",model="gpt-4o",direction="${direction}"}`,
    )
  expect(await Promise.all(['in', 'out', 'cached'].map(tokens))).toEqual([10, 2, 4])
  expect(await service.metric('codelab_llm_proxy_open_streams')).toBe(0)
})

test('two instances share nothing', async () => {
  const breaking = { BREAKER_FAILURES: '1', CODELAB_FALLBACK_MODELS: 'none' }
  const [one, other] = await Promise.all([proxy(breaking), proxy(breaking)])
  openai.play([fails(500), says('Fine')])
  expect((await one.complete(hello)).status).toBe(503)
  expect((await other.complete(hello)).body.content).toBe('Fine')
})
