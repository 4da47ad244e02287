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

const complete = (settings: ProviderSettings, assumed = false): CompleteSettings => ({
  ...settings,
  baseURL: settings.baseURL ?? vendorAddresses[settings.type],
  discover: settings.type === 'ollama' && settings.models === undefined,
  assumed,
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
    const demo = { name: 'codelab', type: 'openai', models: ['codelab-demo'] } as const
    list.push(complete({ ...demo, models: [...demo.models], baseURL: config.DEMO_MODEL_URL }))
  }
  return withAdded(list, config.CODELAB_MODELS)
}

/** The fallbacks: those of the settings; else OpenAI's small model where its key is given and nothing is listed. */
export const fallbacksOf = (config: Config): readonly string[] =>
  config.CODELAB_FALLBACK_MODELS ??
  (config.OPENAI_API_KEY && !config.PROVIDERS && !config.PROVIDERS_FILE ? ['gpt-3.5-turbo'] : [])
