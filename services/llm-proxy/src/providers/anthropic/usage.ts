import type { Usage } from '@codelab/contracts/agent-llm'

/** The counts of `message_start` and `message_delta`; later ones are cumulative and replace earlier ones. */
export type AnthropicUsage = {
  input_tokens?: number | null
  output_tokens?: number | null
  cache_creation_input_tokens?: number | null
  cache_read_input_tokens?: number | null
}

/** Adds what an event counted to what was known. */
export const mergeUsage = (known: AnthropicUsage, said: AnthropicUsage): AnthropicUsage => ({
  input_tokens: said.input_tokens ?? known.input_tokens ?? null,
  output_tokens: said.output_tokens ?? known.output_tokens ?? null,
  cache_creation_input_tokens:
    said.cache_creation_input_tokens ?? known.cache_creation_input_tokens ?? null,
  cache_read_input_tokens: said.cache_read_input_tokens ?? known.cache_read_input_tokens ?? null,
})

/** In our words the input holds all tokens read, cached or not, as with the other vendors. */
export const anthropicUsage = (usage: AnthropicUsage): Usage => {
  const cached = usage.cache_read_input_tokens
  return {
    input_tokens:
      (usage.input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0) + (cached ?? 0),
    output_tokens: usage.output_tokens ?? 0,
    ...(typeof cached === 'number' && { cached_tokens: cached }),
  }
}
