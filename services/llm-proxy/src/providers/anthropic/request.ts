import type {
  MessageCreateParamsStreaming,
  Tool,
  ToolChoice,
} from '@anthropic-ai/sdk/resources/messages/messages'
import type { ModelRequest } from '../provider.ts'
import type { ToolNames } from '../tool-names.ts'
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

/** The body of `POST /v1/messages`. `max_tokens` is required there: without a wish it is all the model can give. */
export const anthropicRequest = (
  request: ModelRequest,
  names: ToolNames,
): MessageCreateParamsStreaming => {
  const { model, tools, toolChoice, temperature, topP, stop, user } = request
  const { system, messages } = anthropicMessages(request.messages, names)
  const offersTools = tools !== undefined && tools.length > 0
  return {
    model: model.vendorId,
    max_tokens: Math.min(request.maxTokens ?? model.maxOutputTokens, model.maxOutputTokens),
    ...(system !== '' && { system }),
    messages,
    ...(offersTools && { tools: toolsFor(tools, names) }),
    ...(offersTools && toolChoice !== undefined && { tool_choice: choiceFor(toolChoice, names) }),
    // OpenAI's scale ends at 2, this one at 1.
    ...(temperature !== undefined && { temperature: Math.min(temperature, 1) }),
    ...(topP !== undefined && { top_p: topP }),
    ...(stop && { stop_sequences: [...stop] }),
    ...(user !== undefined && { metadata: { user_id: user } }),
    stream: true,
  }
}
