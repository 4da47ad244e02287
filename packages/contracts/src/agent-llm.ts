import { z } from 'zod'
import { Currency } from './currency.ts'
import { route } from './route.ts'

const ToolCallPart = z.object({
  id: z.string(),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
})

const ContentPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({
    type: z.literal('image_url'),
    image_url: z.object({ url: z.string(), detail: z.string().optional() }),
  }),
])

/** A message in OpenAI's chat form, the one form that passes between our parts. */
export const ChatMessage = z.discriminatedUnion('role', [
  z.object({
    role: z.enum(['system', 'developer']),
    content: z.union([z.string(), z.array(ContentPart)]),
  }),
  z.object({ role: z.literal('user'), content: z.union([z.string(), z.array(ContentPart)]) }),
  z.object({
    role: z.literal('assistant'),
    content: z.union([z.string(), z.array(ContentPart)]).nullish(),
    tool_calls: z.array(ToolCallPart).optional(),
  }),
  z.object({
    role: z.literal('tool'),
    tool_call_id: z.string(),
    content: z.union([z.string(), z.array(ContentPart)]),
  }),
])
export type ChatMessage = z.infer<typeof ChatMessage>

export const ToolDefinition = z.object({
  type: z.literal('function'),
  function: z.object({
    name: z.string().min(1).max(64),
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
    strict: z.boolean().nullish(),
  }),
})
export type ToolDefinition = z.infer<typeof ToolDefinition>

export const ToolChoice = z.union([
  z.enum(['auto', 'none', 'required']),
  z.object({ type: z.literal('function'), function: z.object({ name: z.string() }) }),
])

export const CompletionRequest = z.object({
  model: z.string().min(1).max(256),
  messages: z.array(ChatMessage).min(1),
  tools: z.array(ToolDefinition).optional(),
  tool_choice: ToolChoice.optional(),
  stream: z.boolean().optional(),
  temperature: z.number().min(0).max(2).optional(),
  max_tokens: z.number().int().min(1).optional(),
  user: z.string().max(256).optional(),
})
export type CompletionRequest = z.infer<typeof CompletionRequest>

export const Usage = z.object({
  input_tokens: z.number().int().min(0),
  output_tokens: z.number().int().min(0),
  cached_tokens: z.number().int().min(0).optional(),
})
export type Usage = z.infer<typeof Usage>

export const FinishReason = z.enum(['stop', 'length', 'tool_calls', 'content_filter'])
export type FinishReason = z.infer<typeof FinishReason>

/** One `data:` line of a streamed completion. After `done` or `error` the stream ends. */
export const StreamPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('content'), content: z.string() }),
  z.object({
    type: z.literal('tool_call'),
    id: z.string(),
    name: z.string(),
    /** Whole, once complete. A model whose arguments are no JSON object gives `{}` here and the raw text in `invalid_arguments`. */
    arguments: z.record(z.string(), z.unknown()),
    invalid_arguments: z.string().optional(),
  }),
  Usage.extend({ type: z.literal('usage') }),
  z.object({
    type: z.literal('done'),
    finish_reason: FinishReason,
    model: z.string(),
    provider: z.string(),
    attempts: z.number().int(),
    fell_back_from: z.string().optional(),
  }),
  z.object({
    type: z.literal('error'),
    code: z.enum([
      'upstream_failed',
      'upstream_timeout',
      'unavailable',
      'invalid_request',
      'internal',
    ]),
    message: z.string(),
    retryable: z.boolean(),
  }),
])
export type StreamPart = z.infer<typeof StreamPart>

export const CompletionReply = z.object({
  content: z.string(),
  tool_calls: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      arguments: z.record(z.string(), z.unknown()),
      invalid_arguments: z.string().optional(),
    }),
  ),
  usage: Usage,
  finish_reason: FinishReason,
  model: z.string(),
  provider: z.string(),
  attempts: z.number().int(),
  fell_back_from: z.string().optional(),
})
export type CompletionReply = z.infer<typeof CompletionReply>

/** Money per million tokens. */
export const Price = z.object({
  input_per_million: z.number().min(0),
  output_per_million: z.number().min(0),
  currency: Currency,
})
export type Price = z.infer<typeof Price>

export const Model = z.object({
  id: z.string(),
  provider: z.string(),
  context_window: z.number().int(),
  max_output_tokens: z.number().int(),
  supports_tools: z.boolean(),
  supports_vision: z.boolean(),
  available: z.boolean(),
  /** Absent where the workspace names none. */
  price: Price.optional(),
})
export type Model = z.infer<typeof Model>

/** With `stream: true` the answer is `text/event-stream` of `StreamPart` lines instead of `CompletionReply`. */
export const completion = route({
  method: 'post',
  path: '/api/v1/completion',
  summary: 'One completion of a model, streamed or whole.',
  access: 'service',
  body: CompletionRequest,
  status: 200,
  reply: CompletionReply,
  fails: [
    'invalid_request',
    'not_found',
    'payload_too_large',
    'upstream_failed',
    'unavailable',
    'upstream_timeout',
  ],
})

/** `models` are those that chat; `embedding_models` make vectors of texts, the first of them where none is asked for. */
export const ModelList = z.object({
  models: z.array(Model),
  default: z.string().optional(),
  embedding_models: z.array(z.string()).optional(),
})
export type ModelList = z.infer<typeof ModelList>

export const listModels = route({
  method: 'get',
  path: '/api/v1/models',
  summary: 'The models of this workspace; `available` is false while a breaker is open.',
  access: 'service',
  status: 200,
  reply: ModelList,
  fails: [],
})

export const embeddings = route({
  method: 'post',
  path: '/api/v1/embeddings',
  summary: 'Embeddings of one or several texts.',
  access: 'service',
  body: z.object({
    model: z.string().min(1).max(256),
    input: z.union([z.string(), z.array(z.string()).min(1).max(2048)]),
  }),
  status: 200,
  reply: z.object({
    model: z.string(),
    embeddings: z.array(z.array(z.number())),
    usage: z.object({ input_tokens: z.number().int() }),
  }),
  fails: ['invalid_request', 'not_found', 'upstream_failed', 'unavailable', 'upstream_timeout'],
})
