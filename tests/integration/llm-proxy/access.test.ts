import { until } from '../../support/until.ts'
import { audienceOf } from '@codelab/contracts/auth'
import { badTokens } from '../../support/bad-tokens.ts'
import { createSigner, serveKeys } from '../../support/signing.ts'
import { startOllama } from '../../support/vendors/ollama.ts'
import { startOpenAI } from '../../support/vendors/openai.ts'
import { says } from '../../support/vendors/replies.ts'
import type { StandIn } from '../../support/vendors/stand-in.ts'
import { type Proxy, asks, startProxy } from './proxy.ts'

const issuer = 'http://codelab.test'
const audience = audienceOf('local/dev')
const signer = await createSigner({ issuer, audience })
let keys: Awaited<ReturnType<typeof serveKeys>>
let vendor: StandIn
let ollama: StandIn
let proxy: Proxy

beforeAll(async () => {
  keys = await serveKeys(signer.jwks)
  vendor = await startOpenAI({ script: says('Hello') })
  ollama = await startOllama({ script: says('Hello'), contextLength: 100_000 })
  proxy = await startProxy({
    OPENAI_BASE_URL: vendor.url,
    OPENAI_API_KEY: 'sk-openai',
    OLLAMA_BASE_URL: ollama.url,
    CODELAB_PRICES: JSON.stringify([
      { model: 'openai/gpt-4o', inputPerMillion: 2.5, outputPerMillion: 10 },
      { model: 'llama2', inputPerMillion: 0, outputPerMillion: 0.05 },
      { model: 'served-by-nobody', inputPerMillion: 1, outputPerMillion: 1 },
    ]),
    CODELAB_CURRENCY: 'EUR',
    AUTH_URL: keys.url,
    ISSUER: issuer,
    WORKSPACE: 'local/dev',
  })
})
afterAll(async () => {
  await proxy.stop()
  await Promise.all([vendor.close(), ollama.close(), keys.close()])
})

const hello = { model: 'gpt-4o', messages: asks('Hi') }
const as = (authorization: string) => ({ headers: { authorization } })

describe('the internal routes', () => {
  test.each(['', 'Bearer wrong', 'Basic aW50ZXJuYWw=', 'internal-token-of-the-tests'])(
    'with the token %j answer 401 and that alone',
    async (authorization) => {
      for (const path of ['/api/v1/completion', '/api/v1/embeddings', '/api/v1/none']) {
        const response = await proxy.post(path, hello, as(authorization))
        expect(response.status).toBe(401)
        expect(await response.json()).toEqual({ error: 'Unauthorized' })
      }
    },
  )

  test("a person's access token does not open them", async () => {
    const response = await proxy.post(
      '/api/v1/completion',
      hello,
      as(`Bearer ${await signer.token()}`),
    )
    expect(response.status).toBe(401)
  })

  test.each([
    [{ messages: asks('Hi') }, 'model'],
    [{ model: 'gpt-4o' }, 'messages'],
    [{ model: 'gpt-4o', messages: [] }, 'messages'],
    [{ model: 'gpt-4o', messages: [{ role: 'user' }] }, 'messages.0.content'],
    [{ ...hello, temperature: 3 }, 'temperature'],
    [{ ...hello, max_tokens: 0 }, 'max_tokens'],
    [{ ...hello, tools: [{ type: 'function', function: {} }] }, 'tools.0.function.name'],
  ])('a body %j is refused naming %s', async (body, field) => {
    const reply = await proxy.complete(body)
    expect(reply.status).toBe(400)
    expect(reply.body.error).toMatchObject({ code: 'invalid_request', field })
  })

  test('a body that is no JSON is 400, one of another type 415', async () => {
    expect((await proxy.post('/api/v1/completion', '{')).status).toBe(400)
    const text = await proxy.post('/api/v1/completion', 'hello', {
      headers: { 'content-type': 'text/plain' },
    })
    expect(text.status).toBe(415)
  })

  test('an unknown model is 404', async () => {
    const reply = await proxy.complete({ ...hello, model: 'gpt-nothing' })
    expect(reply.status).toBe(404)
    expect(reply.body.error).toMatchObject({ code: 'not_found', field: 'model' })
  })

  test('a conversation of some megabytes passes, one past the limit is 413', async () => {
    const long = 'word '.repeat(1_000_000)
    expect((await proxy.complete({ ...hello, model: 'llama2', messages: asks(long) })).status).toBe(
      200,
    )
    const response = await proxy.post('/api/v1/completion', {
      ...hello,
      messages: asks('x'.repeat(33 * 1024 * 1024)),
    })
    expect(response.status).toBe(413)
  })

  test('the model list tells what each can do', async () => {
    // What Ollama has is asked for once the service has started.
    const { models, embedding_models } = await until('the models of Ollama', async () => {
      const list = (await (await proxy.get('/api/v1/models')).json()) as {
        models: { id: string }[]
        embedding_models: string[]
      }
      return list.models.some(({ id }) => id === 'llama2') ? list : undefined
    })
    expect(embedding_models).toEqual(
      expect.arrayContaining(['text-embedding-3-small', 'nomic-embed-text']),
    )
    expect(models.map(({ id }) => id)).not.toContain('text-embedding-3-small')
    expect(models.find(({ id }) => id === 'gpt-4o')).toEqual({
      id: 'gpt-4o',
      provider: 'openai',
      context_window: 128_000,
      max_output_tokens: 16_384,
      supports_tools: true,
      supports_vision: true,
      available: true,
      price: { input_per_million: 2.5, output_per_million: 10, currency: 'EUR' },
    })
    // Also of one that was found later.
    const priced = models.filter((model) => 'price' in model).map(({ id }) => id)
    expect(priced.toSorted()).toEqual(['gpt-4o', 'llama2'])
    expect(models.find(({ id }) => id === 'llama2')).toMatchObject({
      provider: 'ollama',
      context_window: 16_384,
    })
  })

  test.each(['text-embedding-3-small', 'nomic-embed-text'])(
    '%s makes embeddings',
    async (model) => {
      const response = await proxy.post('/api/v1/embeddings', { model, input: ['one', 'two'] })
      expect(response.status).toBe(200)
      const body = (await response.json()) as {
        embeddings: number[][]
        usage: { input_tokens: number }
      }
      expect(body.embeddings).toHaveLength(2)
      expect(body.embeddings[0]!.length).toBeGreaterThan(10)
      expect(body.usage.input_tokens).toBeGreaterThan(0)
    },
  )
})

describe('the OpenAI-compatible routes', () => {
  test("a person's access token opens them", async () => {
    const response = await proxy.post(
      '/v1/chat/completions',
      hello,
      as(`Bearer ${await signer.token()}`),
    )
    expect(response.status).toBe(200)
  })

  test('a token without the scope of the workspace is 403', async () => {
    const token = await signer.token({ scope: 'openid' })
    const response = await proxy.post('/v1/chat/completions', hello, as(`Bearer ${token}`))
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({
      error: { type: 'permission_error', code: 'forbidden' },
    })
  })

  test('every kind of bad token is refused in the form of OpenAI', async () => {
    for (const { name, token, code, oversized } of await badTokens(signer)) {
      const response = await proxy
        .post('/v1/chat/completions', hello, as(`Bearer ${token}`))
        .catch(() => undefined)
      if (oversized && response?.status !== 401) continue
      const body = (await response?.json()) as object
      const expected = code === 'token_expired' ? code : 'invalid_api_key'
      expect({ name, status: response?.status, body }).toMatchObject({
        name,
        status: 401,
        body: { error: { type: 'authentication_error', code: expected } },
      })
    }
  })

  test('without an issuer only the service token opens them', async () => {
    const closed = await startProxy({ OPENAI_BASE_URL: vendor.url, OPENAI_API_KEY: 'k' })
    const token = await signer.token()
    expect((await closed.post('/v1/chat/completions', hello, as(`Bearer ${token}`))).status).toBe(
      401,
    )
    expect((await closed.post('/v1/chat/completions', hello)).status).toBe(200)
    await closed.stop()
  })
})

test('health is open; probes and metrics are on their own port', async () => {
  const health = await fetch(`${proxy.url}/health`)
  expect(health.status).toBe(200)
  expect(await health.json()).toMatchObject({ status: 'healthy', checks: { llm_proxy: true } })
  for (const path of ['/livez', '/readyz', '/metrics']) {
    expect((await fetch(proxy.adminUrl + path)).status).toBe(200)
  }
})
