import type { ServedModel } from '../providers/provider.ts'
import { capabilitiesOf, vendorNameOf } from '../routing/known-models.ts'
import type { ModelSettings } from './provider-settings.ts'
import type { CompleteSettings } from './providers-of.ts'

/** An Ollama loads a model with a window of our choice, so its window is that choice. */
const windowFor = (type: CompleteSettings['type'], known: number, contextTokens: number): number =>
  type === 'ollama' ? Math.min(known, contextTokens) : known

/** One model of a provider: what the settings say of it, and else what is known by its name. */
export const servedModel = (
  { name: provider, type }: Pick<CompleteSettings, 'name' | 'type'>,
  entry: ModelSettings,
  contextTokens: number,
): ServedModel => {
  const given = typeof entry === 'string' ? { id: entry } : entry
  const known = capabilitiesOf(given.id)
  return {
    id: given.id,
    provider,
    vendorId: vendorNameOf(given.id),
    contextWindow: given.context_window ?? windowFor(type, known.contextWindow, contextTokens),
    maxOutputTokens: given.max_output_tokens ?? known.maxOutputTokens,
    tools: given.supports_tools ?? known.tools,
    vision: given.supports_vision ?? known.vision,
    reasoning: type === 'openai' && known.reasoning,
    embeds: given.embeddings ?? known.embeds,
  }
}

/** The models a provider is set to serve. */
export const servedModels = (
  settings: Pick<CompleteSettings, 'name' | 'type' | 'models'>,
  contextTokens: number,
): ServedModel[] =>
  (settings.models ?? []).map((entry) => servedModel(settings, entry, contextTokens))
