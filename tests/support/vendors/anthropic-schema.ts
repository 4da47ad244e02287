import { z } from 'zod'

const cacheControl = z
  .strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() })
  .nullish()
const Text = z.strictObject({
  type: z.literal('text'),
  text: z.string(),
  cache_control: cacheControl,
})
const Image = z.strictObject({
  type: z.literal('image'),
  source: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('base64'), media_type: z.string(), data: z.string() }),
    z.strictObject({ type: z.literal('url'), url: z.string() }),
  ]),
  cache_control: cacheControl,
})
const ToolUse = z.strictObject({
  type: z.literal('tool_use'),
  id: z.string().regex(/^[a-zA-Z0-9_-]+$/, "String should match pattern '^[a-zA-Z0-9_-]+$'"),
  name: z.string().min(1).max(200),
  input: z.record(z.string(), z.unknown()),
  cache_control: cacheControl,
})
const ToolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: z
    .string()
    .regex(/^[a-zA-Z0-9_-]+$/, "String should match pattern '^[a-zA-Z0-9_-]+$'"),
  content: z.union([z.string(), z.array(z.discriminatedUnion('type', [Text, Image]))]).optional(),
  is_error: z.boolean().optional(),
  cache_control: cacheControl,
})
const Block = z.discriminatedUnion('type', [Text, Image, ToolUse, ToolResult])

const Tool = z.strictObject({
  type: z.literal('custom').optional(),
  name: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,128}$/, "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }),
  strict: z.boolean().optional(),
  cache_control: cacheControl,
})

const parallel = { disable_parallel_tool_use: z.boolean().optional() }

/** A body of Anthropic's `POST /v1/messages`, as far as we use it; what it does not know, it refuses. */
export const MessagesRequest = z.strictObject({
  model: z.string().min(1),
  max_tokens: z.number().int().min(1),
  messages: z.array(
    z.strictObject({
      role: z.enum(['user', 'assistant']),
      content: z.union([z.string(), z.array(Block)]),
    }),
  ),
  system: z.union([z.string(), z.array(Text)]).optional(),
  tools: z.array(Tool).optional(),
  tool_choice: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('auto'), ...parallel }),
      z.strictObject({ type: z.literal('any'), ...parallel }),
      z.strictObject({ type: z.literal('tool'), name: z.string(), ...parallel }),
      z.strictObject({ type: z.literal('none') }),
    ])
    .optional(),
  stream: z.boolean().optional(),
  stop_sequences: z.array(z.string()).optional(),
  metadata: z.strictObject({ user_id: z.string().nullish() }).optional(),
})
export type MessagesRequest = z.infer<typeof MessagesRequest>

/** The same in version 2023-06-01, which still knew the sampling parameters that 2026-10-21 refuses. */
export const SampledMessagesRequest = MessagesRequest.extend({
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.number().int().min(0).optional(),
})
