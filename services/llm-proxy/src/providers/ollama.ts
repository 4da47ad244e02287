import { randomUUID } from 'node:crypto'
import { targetFor } from '../connections/request-head.ts'
import { bearer } from './api-key.ts'
import { bareBase } from './base-url.ts'
import { createExchange } from './exchange.ts'
import { ollamaClient } from './ollama/client.ts'
import { createDiscover } from './ollama/discover.ts'
import { readOllamaLines } from './ollama/read-lines.ts'
import { ollamaRequest } from './ollama/request.ts'
import type { ProviderDeps } from './openai.ts'
import type { Provider } from './provider.ts'
import { failureOfSdk } from './sdk-failure.ts'
import { mapToolNames, namesIn } from './tool-names.ts'
import { translateLines } from './translate-lines.ts'

/** Ollama by its native API: the OpenAI-compatible one drops `num_ctx`. */
export const createOllama = ({
  name,
  baseURL,
  key,
  contextTokens,
  ...deps
}: ProviderDeps & { readonly contextTokens: number }): Provider => {
  const exchange = createExchange(deps)
  const base = bareBase(baseURL)
  const target = targetFor(`${base}/api/chat`, bearer)
  return {
    name,
    async stream(request, signal) {
      const names = mapToolNames(namesIn(request))
      const upstream = {
        provider: name,
        target: target(await key()),
        body: JSON.stringify(ollamaRequest(request, names)),
      }
      const reader = readOllamaLines({ provider: name, names, newId: () => `call_${randomUUID()}` })
      return exchange.stream(upstream, translateLines(name, reader), signal)
    },
    async embed(model, input, caller) {
      const signal = AbortSignal.any([caller, AbortSignal.timeout(deps.timeouts.wholeMs)])
      try {
        const client = await ollamaClient(base, key, signal)
        const reply = await client.embed({ model: model.vendorId, input })
        return { embeddings: reply.embeddings, inputTokens: reply.prompt_eval_count ?? 0 }
      } catch (error) {
        throw failureOfSdk(name, error, { signal: caller, now: deps.now() })
      }
    },
    discover: createDiscover({ provider: name, host: base, key, contextTokens }),
  }
}
