import { type Model, type Price, listModels } from '@codelab/contracts/agent-llm'
import { type RouteHandler, handle } from '@codelab/runtime/handle'
import type { Breakers } from '../routing/breakers.ts'
import type { Candidate, ModelTable } from '../routing/model-table.ts'
import type { Prices } from '../routing/prices.ts'

/** Models by a name that finds exactly them: the first of a name has it alone, others with their provider before it. */
export const namedModels = (
  candidates: readonly Candidate[],
): { name: string; candidate: Candidate }[] => {
  const seen = new Set<string>()
  return candidates.map((candidate) => {
    const { id, provider } = candidate.model
    const name = seen.has(id) ? `${provider}/${id}` : id
    seen.add(id)
    return { name, candidate }
  })
}

type Now = { readonly available: boolean; readonly price: Price | undefined }

const modelFor = (name: string, { model }: Candidate, { available, price }: Now): Model => ({
  id: name,
  provider: model.provider,
  context_window: model.contextWindow,
  max_output_tokens: model.maxOutputTokens,
  supports_tools: model.tools,
  supports_vision: model.vision,
  available,
  ...(price && { price }),
})

/** `GET /api/v1/models`: those that chat, which one is the default, and the names of those that embed. */
export const modelsRoute = ({
  table,
  breakers,
  defaultModel,
  prices,
}: {
  table: ModelTable
  breakers: Breakers
  defaultModel: () => string | undefined
  prices: Prices
}): RouteHandler =>
  handle(listModels, () => {
    const named = namedModels(table.candidates())
    const chatting = named.filter(({ candidate }) => !candidate.model.embeds)
    const embedding = named.filter(
      ({ candidate }) => candidate.model.embeds && candidate.provider.embed,
    )
    const chosen = defaultModel()
    const priced = prices()
    return Promise.resolve({
      models: chatting.map(({ name, candidate }) => {
        const { provider, id: model } = candidate.model
        return modelFor(name, candidate, {
          available: breakers.of({ provider, model }).state !== 'open',
          price: priced.get(candidate.model),
        })
      }),
      ...(chosen !== undefined && { default: chosen }),
      embedding_models: embedding.map(({ name }) => name),
    })
  })
