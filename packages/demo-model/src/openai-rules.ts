import type { ChatMessage } from '@codelab/contracts/agent-llm'
import type { ChatCompletionRequest } from '@codelab/contracts/openai'
import type { Refusal } from './dialect.ts'

type Rule = (request: ChatCompletionRequest) => Refusal | undefined

/** What OpenAI refuses in a request whose form is right. */
export const openaiRules: Rule = (request) => {
  for (const rule of rules) {
    const refusal = rule(request)
    if (refusal) return refusal
  }
  return undefined
}

const namePattern = /^[a-zA-Z0-9_-]{1,64}$/

const toolNames: Rule = ({ tools = [], messages }) => {
  const offered = tools.map(
    (tool, index) => [tool.function.name, `tools[${index}].function.name`] as const,
  )
  const called = messages.flatMap((message, at) =>
    callsOf(message).map(
      (call, index) =>
        [call.function.name, `messages[${at}].tool_calls[${index}].function.name`] as const,
    ),
  )
  const wrong = [...offered, ...called].find(([name]) => !namePattern.test(name))
  return (
    wrong &&
    refuse(
      `Invalid '${wrong[1]}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
      wrong[1],
      'invalid_value',
    )
  )
}

const emptyLists: Rule = ({ tools, messages }) => {
  const calls = messages.findIndex(
    (message) => message.role === 'assistant' && message.tool_calls?.length === 0,
  )
  const param = tools?.length === 0 ? 'tools' : calls >= 0 ? `messages[${calls}].tool_calls` : ''
  return param === ''
    ? undefined
    : refuse(
        `Invalid '${param}': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
        param,
        'empty_array',
      )
}

const assistantSaysSomething: Rule = ({ messages }) => {
  const empty = messages.findIndex(
    (message) => message.role === 'assistant' && !isSaid(message.content) && !message.tool_calls,
  )
  return empty < 0
    ? undefined
    : refuse(
        "Invalid value for 'content': expected a string, got null.",
        `messages.[${empty}].content`,
      )
}

const choiceNeedsTools: Rule = ({ tools, tool_choice: choice }) =>
  choice !== undefined && tools === undefined
    ? refuse(
        "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
        'tool_choice',
      )
    : undefined

const optionsNeedStream: Rule = ({ stream, stream_options: options }) =>
  options && !stream
    ? refuse(
        "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
        'stream_options',
      )
    : undefined

const oneChoice: Rule = (request) =>
  typeof request['n'] === 'number' && request['n'] !== 1
    ? refuse("Invalid value for 'n': this model gives one choice.", 'n', 'unsupported_value')
    : undefined

/** Every call is answered at once, and every tool message answers a call. */
const callsAreAnswered: Rule = ({ messages }) => {
  let waiting = new Set<string>()
  let askedAt = 0
  for (const [at, message] of [...messages, undefined].entries()) {
    if (message?.role === 'tool') {
      if (!waiting.delete(message.tool_call_id)) {
        return refuse(
          "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
          `messages.[${at}].role`,
        )
      }
      continue
    }
    if (waiting.size > 0) {
      return refuse(
        `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...waiting].join(', ')}`,
        `messages.[${askedAt}].role`,
      )
    }
    waiting = new Set(message ? callsOf(message).map(({ id }) => id) : [])
    askedAt = at
  }
  return undefined
}

const rules: readonly Rule[] = [
  emptyLists,
  toolNames,
  choiceNeedsTools,
  optionsNeedStream,
  oneChoice,
  assistantSaysSomething,
  callsAreAnswered,
]

const isSaid = (content: ChatMessage['content']) => content !== undefined && content !== null

const callsOf = (message: ChatMessage) =>
  message.role === 'assistant' ? (message.tool_calls ?? []) : []

const refuse = (message: string, param: string, code?: string): Refusal => ({
  status: 400,
  message,
  type: 'invalid_request_error',
  param,
  ...(code !== undefined && { code }),
})
