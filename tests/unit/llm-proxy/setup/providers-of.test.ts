import { Config } from '@codelab/llm-proxy/config'
import { fallbacksOf, providersOf } from '@codelab/llm-proxy/setup/providers-of'
import { servedModels } from '@codelab/llm-proxy/setup/served-models'
import { readSettings } from '@codelab/runtime/settings'

const config = (env: Record<string, string> = {}) =>
  readSettings(Config, { INTERNAL_SERVICE_TOKEN: 't', ...env })
const names = async (env: Record<string, string>) =>
  (await providersOf(config(env))).map(({ name }) => name)

test('with the usual variables the order is OpenAI, Anthropic, Ollama, stand-in', async () => {
  const env = {
    ANTHROPIC_API_KEY: 'a',
    OPENAI_API_KEY: 'o',
    DEMO_MODEL_URL: 'http://127.0.0.1:1/v1',
  }
  expect(await names(env)).toEqual(['openai', 'anthropic', 'ollama', 'codelab'])
})

test('with nothing at all there is an Ollama at its usual port, if it answers', async () => {
  expect(await providersOf(config())).toMatchObject([
    { name: 'ollama', baseURL: 'http://127.0.0.1:11434', assumed: true, discover: true },
  ])
})

test('a list of providers is taken as it is, without an assumed Ollama', async () => {
  const list = [
    { name: 'big', type: 'anthropic', models: ['claude-3-opus'], apiKeyFile: '/keys/big' },
    {
      name: 'own',
      type: 'openai',
      baseURL: 'http://vllm.svc/v1',
      models: [{ id: 'qwen', context_window: 32_768, supports_vision: true }],
    },
  ]
  const providers = await providersOf(config({ PROVIDERS: JSON.stringify(list) }))
  expect(providers.map(({ name, baseURL }) => [name, baseURL])).toEqual([
    ['big', 'https://api.anthropic.com'],
    ['own', 'http://vllm.svc/v1'],
  ])
  expect(providers.flatMap((each) => servedModels(each, 16_384))).toMatchObject([
    { id: 'claude-3-opus', vendorId: 'claude-3-opus-20240229', provider: 'big' },
    { id: 'qwen', contextWindow: 32_768, vision: true, provider: 'own' },
  ])
})

test.each([
  ['{', 'PROVIDERS: is no JSON'],
  ['[{"name":"a","type":"openai","models":[""]}]', 'PROVIDERS: 0.models.0'],
  ['[{"name":"A b","type":"openai"}]', 'PROVIDERS: 0.name'],
  ['[{"name":"a","type":"azure"}]', 'PROVIDERS: 0.type'],
  ['[{"name":"a","type":"openai"},{"name":"a","type":"openai"}]', 'PROVIDERS: list: two providers'],
  ['[{"name":"a","type":"openai","apiKey":"sk-secret","apiKeyFile":"/f"}]', 'PROVIDERS: 0'],
])('%s is refused with the place of the mistake and no value', (text, start) => {
  const reading = () => config({ PROVIDERS: text })
  expect(reading).toThrow(start)
  expect(reading).not.toThrow('sk-secret')
})

test('a list in a file that is not there is a bad setting', async () => {
  await expect(providersOf(config({ PROVIDERS_FILE: '/no/such/file' }))).rejects.toThrow(
    'PROVIDERS_FILE: cannot be read (ENOENT)',
  )
})

test('added models go to the provider they name; an unknown one is a bad setting', async () => {
  const [openai] = await providersOf(
    config({ OPENAI_API_KEY: 'k', CODELAB_MODELS: 'openai/ft:mine' }),
  )
  expect(openai?.models).toContain('ft:mine')
  await expect(providersOf(config({ CODELAB_MODELS: 'nobody/x' }))).rejects.toThrow(
    'no provider "nobody"',
  )
  expect(() => config({ CODELAB_MODELS: 'mine' })).toThrow('CODELAB_MODELS')
})

test.each([
  [{ OPENAI_API_KEY: 'k' }, ['gpt-3.5-turbo']],
  [{ OPENAI_API_KEY: 'k', CODELAB_FALLBACK_MODELS: 'a, b' }, ['a', 'b']],
  [{ ANTHROPIC_API_KEY: 'k' }, []],
  [{ OPENAI_API_KEY: 'k', PROVIDERS: '[]' }, []],
] as [Record<string, string>, string[]][])('%j gives the fallbacks %j', (env, fallbacks) => {
  expect(fallbacksOf(config(env))).toEqual(fallbacks)
})

test('an Ollama model that is set has the window it is loaded with', async () => {
  const list = '[{"name":"ollama","type":"ollama","models":["llama3"]}]'
  const [ollama] = await providersOf(config({ PROVIDERS: list }))
  expect(ollama?.discover).toBe(false)
  expect(servedModels(ollama!, 4096)).toMatchObject([{ id: 'llama3', contextWindow: 4096 }])
})

test('a listed provider without models serves the usual ones at its own address, else it is asked', async () => {
  const list = [
    { name: 'own', type: 'openai' },
    { name: 'vllm', type: 'openai', baseURL: 'http://vllm/v1' },
    { name: 'claude', type: 'anthropic' },
  ]
  const providers = await providersOf(config({ PROVIDERS: JSON.stringify(list) }))
  expect(providers.map(({ discover }) => discover)).toEqual([false, true, false])
  expect(providers.map(({ models }) => models?.[0])).toEqual([
    'gpt-4',
    undefined,
    'claude-sonnet-4-5',
  ])
})

test('a default or fallback newer than our list goes to the vendor its name tells', async () => {
  const env = {
    OPENAI_API_KEY: 'k',
    ANTHROPIC_API_KEY: 'a',
    CODELAB_DEFAULT_MODEL: 'gpt-99',
    CODELAB_FALLBACK_MODELS: 'claude-opus-99, openai/ft:mine, gpt-4o, llama2',
  }
  const [openai, anthropic] = await providersOf(config(env))
  expect(openai?.models?.slice(-2)).toEqual(['gpt-99', 'ft:mine'])
  expect(anthropic?.models?.at(-1)).toBe('claude-opus-99')
  expect(openai?.models?.filter((model) => model === 'gpt-4o')).toHaveLength(1)
})

test.each([
  [{ CODELAB_PRICES: '2.5' }, 'CODELAB_PRICES'],
  [{ CODELAB_PRICES: 'gpt-4o' }, 'CODELAB_PRICES: must be a JSON array of prices'],
  [{ CODELAB_PRICES: '[{"model":"m","inputPerMillion":1}]' }, 'outputPerMillion'],
  [
    { CODELAB_PRICES: '[{"model":"m","inputPerMillion":-1,"outputPerMillion":1}]' },
    'inputPerMillion',
  ],
  [{ CODELAB_CURRENCY: 'euro' }, 'CODELAB_CURRENCY'],
] as [Record<string, string>, string][])('the prices %j are refused', (env, says) => {
  expect(() => config(env)).toThrow(says)
})
