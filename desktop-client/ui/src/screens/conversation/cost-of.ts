import type { Model } from '@codelab/contracts/agent-llm'
import type { UsageRow } from '@codelab/contracts/sessions'
import type { z } from 'zod'

type Used = Pick<z.infer<typeof UsageRow>, 'model' | 'provider' | 'input_tokens' | 'output_tokens'>
type Listed = Pick<Model, 'id' | 'provider' | 'price'>

/** An amount of money, or the models whose price is not known: a sum without them would be wrong. */
export type Cost =
  | { readonly amount: number; readonly currency: string }
  | { readonly unpriced: readonly string[] }

export const hasPrices = (models: readonly Listed[]): boolean => models.some(({ price }) => price)

/** Models are listed by their name, or with the provider before it where another provider has that name too. */
const priceOf = ({ model, provider }: Used, models: readonly Listed[]) =>
  models.find(
    (listed) =>
      listed.provider === provider && (listed.id === model || listed.id === `${provider}/${model}`),
  )?.price

/** What these tokens cost; undefined without any. Tokens from a vendor's cache count in full, so a bill may be lower. */
export function costOf(used: readonly Used[], models: readonly Listed[]): Cost | undefined {
  const unpriced = new Set<string>()
  let amount = 0
  let currency: string | undefined
  for (const row of used) {
    const price = priceOf(row, models)
    if (price) {
      amount +=
        (row.input_tokens * price.input_per_million +
          row.output_tokens * price.output_per_million) /
        1_000_000
      currency = price.currency
    } else unpriced.add(row.model)
  }
  if (unpriced.size > 0) return { unpriced: [...unpriced] }
  return currency === undefined ? undefined : { amount, currency }
}
