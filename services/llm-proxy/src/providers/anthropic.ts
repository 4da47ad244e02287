import { targetFor } from '../connections/request-head.ts'
import { anthropicRequest } from './anthropic/request.ts'
import { readAnthropicEvents } from './anthropic/read-events.ts'
import { bareBase } from './base-url.ts'
import { createExchange } from './exchange.ts'
import type { ProviderDeps } from './openai.ts'
import type { Provider } from './provider.ts'
import { mapToolNames, namesIn } from './tool-names.ts'
import { translateEvents } from './translate-events.ts'

/** The version of the API whose events are read here; newer ones are asked for by name only. */
const apiVersion = '2023-06-01'

/** Anthropic, or any server that speaks its messages dialect. It has no embeddings. */
export const createAnthropic = ({ name, baseURL, key, ...deps }: ProviderDeps): Provider => {
  const exchange = createExchange(deps)
  const target = targetFor(`${bareBase(baseURL)}/v1/messages`, (apiKey) => ({
    'anthropic-version': apiVersion,
    ...(apiKey && { 'x-api-key': apiKey }),
  }))
  return {
    name,
    async stream(request, signal) {
      const names = mapToolNames(namesIn(request))
      const upstream = {
        provider: name,
        target: target(await key()),
        body: JSON.stringify(anthropicRequest(request, names)),
      }
      const reader = readAnthropicEvents({ provider: name, names })
      return exchange.stream(upstream, translateEvents(name, reader), signal)
    },
  }
}
