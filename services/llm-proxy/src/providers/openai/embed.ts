import type { KeySource } from '../api-key.ts'
import type { ExchangeDeps } from '../exchange.ts'
import type { Provider } from '../provider.ts'
import { failureOfSdk } from '../sdk-failure.ts'
import { usageOf } from './usage.ts'

type Deps = ExchangeDeps & {
  readonly provider: string
  readonly baseURL: string
  readonly key: KeySource
}

/** Embeddings through the vendor's SDK, loaded at the first use: most workspaces never ask for one. */
export const createEmbed =
  ({ provider, baseURL, key, timeouts, now }: Deps): NonNullable<Provider['embed']> =>
  async (model, input, caller) => {
    const { OpenAI } = await import('openai')
    const client = new OpenAI({
      baseURL,
      apiKey: (await key()) ?? 'none',
      maxRetries: 0,
      timeout: timeouts.wholeMs,
      fetchOptions: { redirect: 'manual' },
      // Without these the SDK reads variables of the process.
      organization: null,
      project: null,
      logLevel: 'off',
    })
    try {
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
