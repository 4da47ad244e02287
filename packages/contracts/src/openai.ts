import { z } from 'zod'
import { ChatMessage, ToolChoice, ToolDefinition } from './agent-llm.ts'

/** OpenAI's chat completion request, as far as we read it; what we do not name is passed on to a provider of that dialect. */
export const ChatCompletionRequest = z.looseObject({
  model: z.string().min(1).max(256),
  messages: z.array(ChatMessage).min(1),
  tools: z.array(ToolDefinition).optional(),
  tool_choice: ToolChoice.optional(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  user: z.string().max(256).optional(),
})
export type ChatCompletionRequest = z.infer<typeof ChatCompletionRequest>

export const EmbeddingRequest = z.looseObject({
  model: z.string().min(1).max(256),
  input: z.union([z.string(), z.array(z.string()).min(1).max(2048)]),
  encoding_format: z.enum(['float', 'base64']).optional(),
})

/** The failure form of the OpenAI-compatible routes. */
export const OpenAIFailure = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string().nullable(),
  }),
})
