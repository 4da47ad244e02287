import type {
  MessageCreateParamsStreaming,
  Tool,
  ToolChoice,
} from '@anthropic-ai/sdk/resources/messages/messages'
import type { ModelRequest } from '../provider.ts'
import { type ToolNames, namesIn } from '../tool-names.ts'
import { anthropicMessages } from './messages.ts'

const choiceFor = (
  choice: NonNullable<ModelRequest['toolChoice']>,
  names: ToolNames,
): ToolChoice => {
  if (typeof choice === 'object') return { type: 'tool', name: names.out(choice.function.name) }
  return { type: choice === 'required' ? 'any' : choice }
}

const toolsFor = (tools: NonNullable<ModelRequest['tools']>, names: ToolNames): Tool[] =>
  tools.map(({ function: { name, description, parameters } }) => ({
    name: names.out(name),
    ...(description !== undefined && { description }),
    input_schema: { ...parameters, type: 'object' },
  }))

/** A conversation with calls is refused without the tools it called, so a request that offers none names them and forbids their use. */
const calledTools = (messages: ModelRequest['messages'], names: ToolNames) => {
  const called = new Set(namesIn({ messages }).map((name) => names.out(name)))
  const tools = [...called].map((name): Tool => ({ name, input_schema: { type: 'object' } }))
  return tools.length > 0 ? { tools, tool_choice: { type: 'none' as const } } : {}
}

const toolSettings = ({ tools, toolChoice, messages }: ModelRequest, names: ToolNames) =>
  tools && tools.length > 0
    ? {
        tools: toolsFor(tools, names),
        ...(toolChoice !== undefined && { tool_choice: choiceFor(toolChoice, names) }),
      }
    : calledTools(messages, names)

/** The body of `POST /v1/messages`. `max_tokens` is required there: without a wish it is all the model can give. */
export const anthropicRequest = (
  request: ModelRequest,
  names: ToolNames,
): MessageCreateParamsStreaming => {
  const { model, temperature, topP, stop, user } = request
  const { system, messages } = anthropicMessages(request.messages, names)
  return {
    model: model.vendorId,
    max_tokens: Math.min(request.maxTokens ?? model.maxOutputTokens, model.maxOutputTokens),
    ...(system !== '' && { system }),
    messages,
    ...toolSettings(request, names),
    // OpenAI's scale ends at 2, this one at 1.
    ...(temperature !== undefined && { temperature: Math.min(temperature, 1) }),
    ...(topP !== undefined && { top_p: topP }),
    ...(stop && { stop_sequences: [...stop] }),
    ...(user !== undefined && { metadata: { user_id: user } }),
    stream: true,
  }
}
