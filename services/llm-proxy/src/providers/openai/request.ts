import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions'
import type { ChatMessage } from '@codelab/contracts/agent-llm'
import type { ModelRequest } from '../provider.ts'
import type { ToolNames } from '../tool-names.ts'

const messageFor = (message: ChatMessage, names: ToolNames): ChatMessage =>
  message.role === 'assistant' && message.tool_calls
    ? {
        ...message,
        tool_calls: message.tool_calls.map((call) => ({
          ...call,
          function: { ...call.function, name: names.out(call.function.name) },
        })),
      }
    : message

/** Tool names as the vendor accepts them, in the three places where OpenAI's dialect has them. */
export const withToolNames = (
  { messages, tools, toolChoice }: Pick<ModelRequest, 'messages' | 'tools' | 'toolChoice'>,
  names: ToolNames,
) => ({
  messages: messages.map((message) => messageFor(message, names)),
  ...(tools &&
    tools.length > 0 && {
      tools: tools.map((tool) => ({
        ...tool,
        function: { ...tool.function, name: names.out(tool.function.name) },
      })),
    }),
  ...(toolChoice !== undefined && {
    tool_choice:
      typeof toolChoice === 'object'
        ? { ...toolChoice, function: { name: names.out(toolChoice.function.name) } }
        : toolChoice,
  }),
})

/** Models that think refuse `max_tokens` and any `temperature` but their own. */
const limitsFor = ({ model, maxTokens, temperature, topP }: ModelRequest) =>
  model.reasoning
    ? { ...(maxTokens !== undefined && { max_completion_tokens: maxTokens }) }
    : {
        ...(maxTokens !== undefined && { max_tokens: maxTokens }),
        ...(temperature !== undefined && { temperature }),
        ...(topP !== undefined && { top_p: topP }),
      }

/** The body of `POST /chat/completions`. */
export const openaiRequest = (
  request: ModelRequest,
  names: ToolNames,
): ChatCompletionCreateParamsStreaming =>
  ({
    model: request.model.vendorId,
    ...withToolNames(request, names),
    ...limitsFor(request),
    ...(request.stop && { stop: [...request.stop] }),
    ...(request.user !== undefined && { user: request.user }),
    stream: true,
    stream_options: { include_usage: true },
    // Our contract is OpenAI's own form, only wider: its content parts may stand in every role, and the vendor is the judge of that.
  }) as ChatCompletionCreateParamsStreaming
