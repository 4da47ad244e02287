import type { CompletionUsage } from 'openai/resources/completions'
import type { Usage } from '@codelab/contracts/agent-llm'

/** What OpenAI counted, in our words; cached tokens are part of the input. */
export const usageOf = (usage: Partial<CompletionUsage>): Usage => {
  const cached = usage.prompt_tokens_details?.cached_tokens
  return {
    input_tokens: usage.prompt_tokens ?? 0,
    output_tokens: usage.completion_tokens ?? 0,
    ...(cached !== undefined && { cached_tokens: cached }),
  }
}
