import { randomUUID } from 'node:crypto'
import { targetFor } from '../connections/request-head.ts'
import { type KeySource, bearer } from './api-key.ts'
import { openaiBase } from './base-url.ts'
import { type ExchangeDeps, createExchange } from './exchange.ts'
import { openaiClient } from './openai/client.ts'
import { createEmbed } from './openai/embed.ts'
import { createForward } from './openai/forward.ts'
import { readOpenAIEvents } from './openai/read-events.ts'
import { openaiRequest } from './openai/request.ts'
import type { Provider, ServedModel } from './provider.ts'
import { mapToolNames, namesIn } from './tool-names.ts'
import { translateEvents } from './translate-events.ts'
import type { UpstreamRequest } from './upstream.ts'

export type ProviderDeps = ExchangeDeps & {
  readonly name: string
  readonly baseURL: string
  readonly key: KeySource
  /** What is known of a model by its name, where the vendor tells no more. */
  readonly describe: (id: string) => ServedModel
}

/** OpenAI, or any server that speaks its chat dialect. */
export const createOpenAI = ({ name, baseURL, key, describe, ...deps }: ProviderDeps): Provider => {
  const exchange = createExchange(deps)
  const base = openaiBase(baseURL)
  const target = targetFor(`${base}/chat/completions`, bearer)

  const requestFor = async (body: string | Buffer): Promise<UpstreamRequest> => ({
    provider: name,
    target: target(await key()),
    body,
  })

  return {
    name,
    async stream(request, signal) {
      const names = mapToolNames(namesIn(request))
      const reader = readOpenAIEvents({
        provider: name,
        names,
        newId: () => `call_${randomUUID()}`,
      })
      const upstream = await requestFor(JSON.stringify(openaiRequest(request, names)))
      return exchange.stream(upstream, translateEvents(name, reader), signal)
    },
    forward: createForward({ provider: name, exchange, requestFor }),
    embed: createEmbed({ provider: name, baseURL: base, key, ...deps }),
    async discover(signal) {
      const client = await openaiClient(base, key, deps.timeouts.firstPartMs)
      const { data } = await client.models.list({ signal })
      return data.map(({ id }) => describe(id))
    },
  }
}
