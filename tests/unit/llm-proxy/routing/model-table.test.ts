import type { Provider, ServedModel } from '@codelab/llm-proxy/providers/provider'
import { capabilitiesOf, usualModels } from '@codelab/llm-proxy/routing/known-models'
import { createModelTable } from '@codelab/llm-proxy/routing/model-table'
import { namedModels } from '@codelab/llm-proxy/routes/models'

const model = (provider: string, id: string, vendorId = id): ServedModel => ({
  id,
  provider,
  vendorId,
  contextWindow: 1,
  maxOutputTokens: 1,
  tools: true,
  vision: false,
  reasoning: false,
  embeds: false,
})
const silent: Provider['stream'] = () => Promise.reject(new Error('nobody asks it'))
const provider = (name: string, more: Partial<Provider> = {}): Provider => ({
  name,
  stream: silent,
  ...more,
})

const table = (discover?: Provider['discover'], clock = { time: 0 }) =>
  createModelTable(
    [
      {
        provider: provider('openai'),
        models: [model('openai', 'gpt-4o'), model('openai', 'shared')],
      },
      {
        provider: provider('router'),
        models: [model('router', 'shared'), model('router', 'openai/odd')],
      },
      { provider: provider('ollama', discover ? { discover } : {}), models: [] },
    ],
    { now: () => clock.time, onRefreshed: () => {} },
  )

test.each([
  ['gpt-4o', 'openai', 'gpt-4o'],
  ['openai/gpt-4o', 'openai', 'gpt-4o'],
  ['shared', 'openai', 'shared'],
  ['router/shared', 'router', 'shared'],
  ['openai/odd', 'router', 'openai/odd'],
])('%s is served by %s', (name, by, id) => {
  expect(table().find(name)?.model).toMatchObject({ provider: by, id })
})

test.each(['nothing', 'openai/nothing', 'nobody/gpt-4o', '', '/', 'gpt-4o/'])(
  'nobody serves %j',
  (name) => expect(table().find(name)).toBeUndefined(),
)

test('models that share a name are listed under names that find exactly them', () => {
  const all = table()
  const named = namedModels(all.candidates())
  expect(named.map(({ name }) => name)).toEqual(['gpt-4o', 'shared', 'router/shared', 'openai/odd'])
  for (const { name, candidate } of named) expect(all.find(name)?.model).toBe(candidate.model)
})

test('a model that is not known is asked for, by its short name too, but not at every request', async () => {
  let asked = 0
  const clock = { time: 0 }
  const discover = async () => {
    asked += 1
    return asked > 1 ? [model('ollama', 'llama2', 'llama2:latest')] : []
  }
  const all = table(discover, clock)
  expect(await all.resolve('ollama/llama2')).toBeUndefined()
  expect(await all.resolve('ollama/llama2')).toBeUndefined()
  expect(asked).toBe(1)
  clock.time = 5000
  expect((await all.resolve('ollama/llama2'))?.model.vendorId).toBe('llama2:latest')
  expect((await all.resolve('ollama/llama2:latest'))?.model.id).toBe('llama2')
  expect(asked).toBe(2)
})

test('what a vendor served is gone when it no longer answers', async () => {
  let up = true
  const all = table(async () => {
    if (!up) throw new Error('down')
    return [model('ollama', 'llama2')]
  })
  await all.refresh(100)
  expect(all.find('llama2')).toBeDefined()
  up = false
  await all.refresh(100)
  expect(all.find('llama2')).toBeUndefined()
})

test.each([
  ['gpt-4', 8192, false],
  ['gpt-4o-2024-08-06', 128_000, false],
  ['gpt-4.1-mini', 1_047_576, false],
  ['o3-mini', 200_000, true],
  ['gpt-5-mini', 400_000, true],
  ['claude-3-opus', 200_000, false],
])('%s has a window of %i', (id, contextWindow, reasoning) => {
  expect(capabilitiesOf(id)).toMatchObject({ contextWindow, reasoning })
})

test('the first usual model of OpenAI is gpt-4, the default of a workspace with its key', () => {
  expect(usualModels.openai[0]).toBe('gpt-4')
})
