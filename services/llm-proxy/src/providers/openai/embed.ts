import type { KeySource } from '../api-key.ts'
import type { ExchangeDeps } from '../exchange.ts'
import type { Provider } from '../provider.ts'
import { failureOfSdk } from '../sdk-failure.ts'
import { openaiClient } from './client.ts'
import { usageOf } from './usage.ts'

type Deps = ExchangeDeps & {
  readonly provider: string
  readonly baseURL: string
  readonly key: KeySource
}

/** Embeddings through the vendor's SDK: most workspaces never ask for one. */
export const createEmbed =
  ({ provider, baseURL, key, timeouts, now }: Deps): NonNullable<Provider['embed']> =>
  async (model, input, caller) => {
    try {
      const client = await openaiClient(baseURL, key, timeouts.wholeMs)
      const reply = await client.embeddings.create(
        { model: model.vendorId, input, encoding_format: 'float' },
        { signal: caller },
      )
      return {
        embeddings: reply.data.map((item) => item.embedding),
        inputTokens: usageOf(reply.usage).input_tokens,
      }
    } catch (error) {
      throw failureOfSdk(provider, error, { signal: caller, now: now() })
    }
  }
