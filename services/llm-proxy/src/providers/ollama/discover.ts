import type { KeySource } from '../api-key.ts'
import type { ServedModel } from '../provider.ts'
import { ollamaClient } from './client.ts'

type Deps = {
  readonly provider: string
  readonly host: string
  readonly key: KeySource
  /** The largest window a model is loaded with; its memory grows with it. */
  readonly contextTokens: number
}

/** What a server of an old version, or one that is asked for a remote model, leaves out. */
const usual = { window: 8192, capabilities: ['completion', 'tools'] }

const windowIn = (info: object): number => {
  for (const [name, value] of Object.entries(info)) {
    if (name.endsWith('.context_length') && typeof value === 'number') return value
  }
  return usual.window
}

const tidy = (name: string): string => name.replace(/:latest$/, '')

/** Asks an Ollama what it has (`/api/tags`) and what each can do (`/api/show`, once per version of a model). */
export const createDiscover = ({ provider, host, key, contextTokens }: Deps) => {
  const known = new Map<string, ServedModel>()

  const ask = async (name: string, signal: AbortSignal): Promise<ServedModel> => {
    const client = await ollamaClient(host, key, signal)
    const shown = await client.show({ model: name }).catch(() => undefined)
    const capabilities = shown?.capabilities ?? usual.capabilities
    const contextWindow = Math.min(windowIn(shown?.model_info ?? {}), contextTokens)
    return {
      id: tidy(name),
      provider,
      vendorId: name,
      contextWindow,
      maxOutputTokens: contextWindow,
      tools: capabilities.includes('tools'),
      vision: capabilities.includes('vision'),
      reasoning: false,
      embeds: capabilities.includes('embedding'),
    }
  }

  return async (signal: AbortSignal): Promise<ServedModel[]> => {
    const { models } = await (await ollamaClient(host, key, signal)).list()
    const served: ServedModel[] = []
    for (const { name, digest } of models) {
      const version = `${name}@${digest}`
      const model = known.get(version) ?? (await ask(name, signal))
      known.set(version, model)
      served.push(model)
    }
    return served
  }
}
