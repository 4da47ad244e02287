import type { Price } from '@codelab/contracts/agent-llm'
import type { ModelPrice } from '@codelab/contracts/workspace-models'
import type { ServedModel } from '../providers/provider.ts'
import type { ModelTable } from './model-table.ts'

export type Prices = () => ReadonlyMap<ServedModel, Price>

/** What models cost, each found as a request with its name would find it: models come and go, so it is looked up anew. */
export const pricesOf =
  (
    table: Pick<ModelTable, 'find'>,
    { prices, currency }: { prices: readonly ModelPrice[]; currency: string },
  ): Prices =>
  () =>
    new Map(
      prices.flatMap(({ model, inputPerMillion, outputPerMillion }) => {
        const found = table.find(model)
        const price: Price = {
          input_per_million: inputPerMillion,
          output_per_million: outputPerMillion,
          currency,
        }
        return found ? [[found.model, price] as const] : []
      }),
    )
