import type { ChatRequest, Message } from 'ollama'
import type { ChatMessage } from '@codelab/contracts/agent-llm'
import type { ModelRequest } from '../provider.ts'
import { dataAddress, imagesOfContent, textOfContent } from '../text-of-content.ts'
import { readArguments } from '../tool-arguments.ts'
import type { ToolNames } from '../tool-names.ts'

/** The name of the tool that each call id stands for: results name their tool here, not their call. */
const toolsByCall = (messages: readonly ChatMessage[]): ReadonlyMap<string, string> =>
  new Map(
    messages.flatMap((message) =>
      message.role === 'assistant'
        ? (message.tool_calls ?? []).map((call) => [call.id, call.function.name] as const)
        : [],
    ),
  )

const callsFor = (message: ChatMessage, names: ToolNames): Pick<Message, 'tool_calls'> =>
  message.role === 'assistant' && message.tool_calls?.length
    ? {
        tool_calls: message.tool_calls.map((call) => ({
          function: {
            name: names.out(call.function.name),
            arguments: readArguments(call.function.arguments).arguments,
          },
        })),
      }
    : {}

const messagesFor = (messages: readonly ChatMessage[], names: ToolNames): Message[] => {
  const tools = toolsByCall(messages)
  return messages.map((message) => {
    // Only images that are in the request itself: the server fetches none.
    const images = imagesOfContent(message.content).flatMap((url) => dataAddress(url)?.data ?? [])
    const tool = message.role === 'tool' ? tools.get(message.tool_call_id) : undefined
    return {
      role: message.role === 'developer' ? 'system' : message.role,
      content: textOfContent(message.content),
      ...(images.length > 0 && { images }),
      ...callsFor(message, names),
      ...(tool !== undefined && { tool_name: names.out(tool) }),
    }
  })
}

/**
 * The body of `POST /api/chat`. `num_ctx` is the model's window in the model list, always the same number: left out, the server silently
 * cuts the context to a few thousand tokens, and a number that changes makes it load the model anew.
 */
export const ollamaRequest = (
  request: ModelRequest,
  names: ToolNames,
): ChatRequest & { stream: true } => {
  const { model, tools, toolChoice, temperature, topP, stop, maxTokens } = request
  return {
    model: model.vendorId,
    messages: messagesFor(request.messages, names),
    ...(tools?.length &&
      toolChoice !== 'none' && {
        tools: tools.map(({ type, function: { name, description, parameters } }) => ({
          type,
          function: {
            name: names.out(name),
            ...(description && { description }),
            ...(parameters && { parameters }),
          },
        })),
      }),
    stream: true,
    options: {
      num_ctx: model.contextWindow,
      ...(maxTokens !== undefined && { num_predict: maxTokens }),
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { top_p: topP }),
      ...(stop && { stop: [...stop] }),
    },
  }
}
