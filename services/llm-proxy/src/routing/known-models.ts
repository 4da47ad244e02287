import type { ServedModel } from '../providers/provider.ts'

export type Capabilities = Omit<ServedModel, 'id' | 'provider' | 'vendorId'>

const model = (
  contextWindow: number,
  maxOutputTokens: number,
  more: Partial<Capabilities> = {},
): Capabilities => ({
  contextWindow,
  maxOutputTokens,
  tools: true,
  vision: false,
  reasoning: false,
  embeds: false,
  ...more,
})

const vision = { vision: true }
const thinks = { vision: true, reasoning: true }
const embeds = { tools: false, embeds: true }

/** What the models of a family can do, by the start of their name; the longest start that fits counts. */
const families: Record<string, Capabilities> = {
  'gpt-3.5-turbo': model(16_385, 4096),
  'gpt-4': model(8192, 4096),
  'gpt-4-32k': model(32_768, 4096),
  'gpt-4-turbo': model(128_000, 4096, vision),
  'gpt-4o': model(128_000, 16_384, vision),
  'gpt-4.1': model(1_047_576, 32_768, vision),
  o1: model(200_000, 100_000, thinks),
  o3: model(200_000, 100_000, thinks),
  'o4-mini': model(200_000, 100_000, thinks),
  'gpt-5': model(400_000, 128_000, thinks),
  'gpt-5-chat': model(128_000, 16_384, vision),
  'gpt-6': model(400_000, 128_000, thinks),
  'text-embedding-': model(8191, 1, embeds),
  'claude-': model(200_000, 64_000, vision),
  'claude-3-': model(200_000, 4096, vision),
  'claude-3-5-': model(200_000, 8192, vision),
  'claude-3-7-': model(200_000, 64_000, vision),
  'claude-opus-4': model(200_000, 32_000, vision),
  'nomic-embed': model(8192, 1, embeds),
  'mxbai-embed': model(512, 1, embeds),
  'codelab-demo': model(128_000, 4096),
  'codelab-demo-embedding': model(8192, 1, embeds),
}

/** A model nobody here has heard of: an ordinary one of today. */
const ordinary = model(128_000, 4096)

/** Short names that people use, and what the vendor wants instead. */
const vendorNames: Record<string, string> = {
  'claude-3-opus': 'claude-3-opus-20240229',
  'claude-3-sonnet': 'claude-3-sonnet-20240229',
  'claude-3-haiku': 'claude-3-haiku-20240307',
  'claude-3-5-sonnet': 'claude-3-5-sonnet-latest',
  'claude-3-5-haiku': 'claude-3-5-haiku-latest',
  'claude-3-7-sonnet': 'claude-3-7-sonnet-latest',
  'claude-sonnet-4': 'claude-sonnet-4-0',
  'claude-opus-4': 'claude-opus-4-0',
}

/** Served wherever a vendor's own key is given without a list of models; the first one is the default. */
export const usualModels = {
  openai: [
    ...['gpt-4', 'gpt-3.5-turbo', 'gpt-4o', 'gpt-4o-mini', 'gpt-4-turbo'],
    ...['gpt-4.1', 'gpt-4.1-mini', 'gpt-4.1-nano', 'o1', 'o3', 'o3-mini', 'o4-mini'],
    ...['gpt-5', 'gpt-5-mini', 'gpt-5-nano', 'gpt-5.1', 'gpt-5.2', 'gpt-5.4', 'gpt-5.5'],
    ...['text-embedding-3-small', 'text-embedding-3-large', 'text-embedding-ada-002'],
  ],
  anthropic: [
    ...['claude-sonnet-4-5', 'claude-sonnet-5', 'claude-sonnet-5-5', 'claude-sonnet-4-6'],
    ...['claude-opus-5', 'claude-opus-5-5', 'claude-opus-4-5', 'claude-opus-4-6'],
    ...['claude-opus-4-1', 'claude-opus-4', 'claude-sonnet-4', 'claude-haiku-4-5'],
    ...['claude-haiku-5-5', 'claude-3-7-sonnet', 'claude-3-5-sonnet', 'claude-3-5-haiku'],
    ...['claude-3-opus', 'claude-3-sonnet', 'claude-3-haiku'],
  ],
} as const

/** What is known of a model by its name alone. */
export const capabilitiesOf = (id: string): Capabilities => {
  const family = Object.keys(families)
    .filter((start) => id.startsWith(start))
    .sort((one, other) => other.length - one.length)[0]
  return (family && families[family]) || ordinary
}

/** The name that goes to the vendor. */
export const vendorNameOf = (id: string): string => vendorNames[id] ?? id
