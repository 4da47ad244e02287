import type { ChatMessage } from '@codelab/contracts/agent-llm'
import type { Accepted, Refusal } from '@codelab/demo-model/dialect'
import { firstIssue } from '@codelab/demo-model/first-issue'
import { z } from 'zod'

const ToolCall = z.looseObject({
  id: z.string().optional(),
  function: z.looseObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }),
})
const Message = z.looseObject({
  role: z.string(),
  content: z.string().optional(),
  images: z.array(z.string()).nullish(),
  tool_calls: z.array(ToolCall).nullish(),
  tool_name: z.string().optional(),
  tool_call_id: z.string().optional(),
})

/** A body of `POST /api/chat`. Ollama reads into typed fields: unknown ones are skipped, wrong types refused. */
export const ChatRequest = z.looseObject({
  model: z.string().optional(),
  messages: z.array(Message).nullish(),
  tools: z
    .array(
      z.looseObject({
        type: z.string(),
        function: z.looseObject({
          name: z.string(),
          description: z.string().optional(),
          parameters: z.looseObject({}).optional(),
        }),
      }),
    )
    .nullish(),
  stream: z.boolean().nullish(),
  options: z
    .looseObject({
      num_ctx: z.number().optional(),
      num_predict: z.number().optional(),
      temperature: z.number().optional(),
      stop: z.array(z.string()).optional(),
    })
    .nullish(),
  keep_alive: z.union([z.string(), z.number()]).nullish(),
})
export type ChatRequest = z.infer<typeof ChatRequest>

const roles = ['user', 'assistant', 'system', 'tool']

/** Reads a request as Ollama does. `models` are full names, with their tags. */
export function acceptOllama(body: unknown, models: readonly string[]): Accepted | Refusal {
  if (body === undefined) return { status: 400, message: 'missing request body' }
  const read = ChatRequest.safeParse(body)
  if (!read.success) return { status: 400, message: wordsFor(read.error) }
  const { model = '', messages } = read.data
  if (model === '') return { status: 400, message: 'model is required' }
  if (!isThere(model, models)) return modelMissing(model)
  const stranger = messages?.find(({ role }) => !roles.includes(role))
  if (stranger) {
    return {
      status: 400,
      message: `invalid role: ${JSON.stringify(stranger.role)}, must be one of ${JSON.stringify(roles)}`,
    }
  }
  return acceptedOf(read.data, model)
}

/** Ollama's words for a model that was not pulled. */
export const modelMissing = (model: string): Refusal => ({
  status: 404,
  message: `model '${model}' not found`,
})

/** A name without a tag means `:latest`. */
export const isThere = (model: string, models: readonly string[]): boolean =>
  models.includes(model.includes(':') ? model : `${model}:latest`)

function wordsFor(error: z.ZodError): string {
  const { path, message } = firstIssue(error)
  const field = path.filter((step) => typeof step === 'string').join('.')
  return `json: cannot unmarshal value into Go struct field ChatRequest.${field}: ${message}`
}

function acceptedOf(request: ChatRequest, model: string): Accepted {
  const { num_predict: limit, stop } = request.options ?? {}
  return {
    model,
    stream: request.stream ?? true,
    includeUsage: true,
    ...(limit !== undefined && limit >= 0 && { maxTokens: limit }),
    ...(stop && { stop }),
    request: {
      messages: chatOf(request.messages ?? []),
      tools: (request.tools ?? []).map((tool) => tool.function.name),
    },
  }
}

/** Results name their tool, or stand in the order of the calls: Ollama's calls need no ids. */
function chatOf(messages: NonNullable<ChatRequest['messages']>): ChatMessage[] {
  let open: { id: string; name: string }[] = []
  return messages.map(({ role, content = '', tool_calls: calls, ...rest }, at): ChatMessage => {
    if (role === 'tool') {
      const named = open.findIndex(
        ({ id, name }) => id === rest.tool_call_id || name === rest.tool_name,
      )
      const [answered] = open.splice(Math.max(0, named), 1)
      return { role, tool_call_id: answered?.id ?? '', content }
    }
    if (role !== 'assistant') return { role: role === 'system' ? 'system' : 'user', content }
    open = (calls ?? []).map((call, index) => ({
      id: call.id ?? `call_${at}_${index}`,
      name: call.function.name,
    }))
    const made = (calls ?? []).map((call, index) => ({
      id: open[index]?.id ?? '',
      type: 'function' as const,
      function: { name: call.function.name, arguments: JSON.stringify(call.function.arguments) },
    }))
    return { role, content, ...(made.length > 0 && { tool_calls: made }) }
  })
}
