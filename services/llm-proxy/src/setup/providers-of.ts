import { readFile } from 'node:fs/promises'
import { SettingsError } from '@codelab/runtime/settings'
import type { Config } from '../config.ts'
import { usualModels } from '../routing/known-models.ts'
import { type ProviderSettings, readProviders, vendorAddresses } from './provider-settings.ts'

/** A provider with its settings complete. `discover`: ask it what it serves. */
export type CompleteSettings = ProviderSettings & {
  readonly baseURL: string
  readonly discover: boolean
  /** Nobody asked for it by name: its absence is no news. */
  readonly assumed: boolean
}

const fromFile = async (path: string): Promise<ProviderSettings[]> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new SettingsError(`PROVIDERS_FILE: cannot be read (${error.code ?? error.name})`)
  })
  const read = readProviders(text)
  if (!read.ok) throw new SettingsError(`PROVIDERS_FILE: ${read.message}`)
  return read.providers
}

/** The vendors' usual variables. A base URL without a key is a server that wants none. */
const fromVariables = (config: Config): ProviderSettings[] => {
  const list: ProviderSettings[] = []
  const add = (
    type: 'openai' | 'anthropic',
    apiKey: string | undefined,
    baseURL: string | undefined,
  ): void => {
    if (!apiKey && !baseURL) return
    list.push({
      name: type,
      type,
      models: [...usualModels[type]],
      ...(baseURL && { baseURL }),
      ...(apiKey && { apiKey }),
    })
  }
  add('openai', config.OPENAI_API_KEY, config.OPENAI_BASE_URL)
  add('anthropic', config.ANTHROPIC_API_KEY, config.ANTHROPIC_BASE_URL)
  if (config.OLLAMA_BASE_URL) {
    list.push({ name: 'ollama', type: 'ollama', baseURL: config.OLLAMA_BASE_URL })
  }
  return list
}

/** Without a list of models: a vendor at its own address serves the usual ones, any other server is asked. */
const complete = (settings: ProviderSettings, assumed = false): CompleteSettings => {
  const { type, baseURL, models } = settings
  const usual = type !== 'ollama' && (type === 'anthropic' || !baseURL) ? usualModels[type] : []
  const discover = models === undefined && usual.length === 0
  return {
    ...settings,
    baseURL: baseURL ?? vendorAddresses[type],
    models: models ?? [...usual],
    discover,
    assumed,
  }
}

const vendorOf = (name: string): string | undefined => {
  if (name.startsWith('claude-')) return 'anthropic'
  return /^(?:gpt-|chatgpt-|o\d)/.test(name) ? 'openai' : undefined
}

/** The default and the fallbacks of a person with a key may be newer than our list: their vendor is known by their names. */
const impliedNames = (config: Config, list: readonly CompleteSettings[]): string[] =>
  [config.CODELAB_DEFAULT_MODEL ?? [], config.CODELAB_FALLBACK_MODELS ?? []]
    .flat()
    .flatMap((name) => {
      const vendor = name.includes('/') ? name.slice(0, name.indexOf('/')) : vendorOf(name)
      const provider = list.find((each) => each.name === vendor && each.type !== 'ollama')
      const bare = name.slice(name.indexOf('/') + 1)
      return provider && !provider.models?.includes(bare) ? `${provider.name}/${bare}` : []
    })

/** Adds `provider/model` names to the providers they name; a provider that is not there is a bad setting. */
const withAdded = (list: CompleteSettings[], names: readonly string[]): CompleteSettings[] => {
  for (const name of names) {
    const provider = name.slice(0, name.indexOf('/'))
    if (!list.some((entry) => entry.name === provider)) {
      throw new SettingsError(`CODELAB_MODELS: there is no provider "${provider}"`)
    }
  }
  return list.map((entry) => {
    const start = `${entry.name}/`
    const added = names
      .filter((name) => name.startsWith(start))
      .map((name) => name.slice(start.length))
    return added.length > 0 ? { ...entry, models: [...(entry.models ?? []), ...added] } : entry
  })
}

/**
 * All providers, in the order in which a bare model name is looked up and a default is chosen: listed ones, then OpenAI, Anthropic, Ollama,
 * then the stand-in. Without a list, an Ollama at its usual port is used if it answers.
 */
export const providersOf = async (config: Config): Promise<CompleteSettings[]> => {
  const listed = [
    ...(config.PROVIDERS ?? []),
    ...(config.PROVIDERS_FILE ? await fromFile(config.PROVIDERS_FILE) : []),
  ]
  const named = [...listed, ...fromVariables(config)]
  const list = named
    .filter(({ name }, index) => named.findIndex((other) => other.name === name) === index)
    .map((entry) => complete(entry))
  if (listed.length === 0 && !list.some(({ type }) => type === 'ollama')) {
    list.push(complete({ name: 'ollama', type: 'ollama' }, true))
  }
  if (config.DEMO_MODEL_URL) {
    const demo = {
      name: 'codelab',
      type: 'openai',
      models: ['codelab-demo', 'codelab-demo-embedding'],
    } as const
    list.push(complete({ ...demo, models: [...demo.models], baseURL: config.DEMO_MODEL_URL }))
  }
  const implied = listed.length === 0 ? impliedNames(config, list) : []
  return withAdded(list, [...config.CODELAB_MODELS, ...implied])
}

/** The fallbacks: those of the settings; else OpenAI's small model where its key is given and nothing is listed. */
export const fallbacksOf = (config: Config): readonly string[] =>
  config.CODELAB_FALLBACK_MODELS ??
  (config.OPENAI_API_KEY && !config.PROVIDERS && !config.PROVIDERS_FILE ? ['gpt-3.5-turbo'] : [])
