import type { Log } from '@codelab/runtime/log'
import { createAnthropic } from '../providers/anthropic.ts'
import { createKeySource } from '../providers/api-key.ts'
import type { ExchangeDeps } from '../providers/exchange.ts'
import { createOllama } from '../providers/ollama.ts'
import { createOpenAI } from '../providers/openai.ts'
import type { Provider, ServedModel } from '../providers/provider.ts'
import type { CompleteSettings } from './providers-of.ts'
import { servedModel } from './served-models.ts'

type Deps = ExchangeDeps & { readonly log: Log; readonly contextTokens: number }

const create = (settings: CompleteSettings, { log, contextTokens, ...deps }: Deps): Provider => {
  const { name, type, baseURL, apiKey, apiKeyFile } = settings
  const onUnreadable = (error: unknown): void =>
    log.warn({ err: error, provider: name }, 'key file of a provider cannot be read')
  const key = createKeySource({ apiKey, apiKeyFile }, { now: deps.now, onUnreadable })
  const describe = (id: string): ServedModel => servedModel({ name, type }, id, contextTokens)
  const shared = { ...deps, name, baseURL, key, describe }
  if (type === 'ollama') return createOllama({ ...shared, contextTokens })
  return type === 'anthropic' ? createAnthropic(shared) : createOpenAI(shared)
}

/** The adapter for a provider; one whose models are listed is not asked what it has. */
export const createProvider = (settings: CompleteSettings, deps: Deps): Provider => {
  const { discover, ...provider } = create(settings, deps)
  return settings.discover && discover ? { ...provider, discover } : provider
}
