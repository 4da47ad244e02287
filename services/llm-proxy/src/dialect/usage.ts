import type { Usage } from '@codelab/contracts/agent-llm'

/** What was counted, in OpenAI's words. */
export const dialectUsage = ({ input_tokens, output_tokens, cached_tokens }: Usage) => ({
  prompt_tokens: input_tokens,
  completion_tokens: output_tokens,
  total_tokens: input_tokens + output_tokens,
  ...(cached_tokens !== undefined && { prompt_tokens_details: { cached_tokens } }),
})
