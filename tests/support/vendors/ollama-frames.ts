import type { Frame, Outgoing } from '@codelab/demo-model/dialect'
import { callId } from '@codelab/demo-model/openai-frames'
import type { ToolCall } from '@codelab/demo-model/reply'
import { tokensOf } from '@codelab/demo-model/tokens'

/** One line of newline-delimited JSON. */
export const line = (data: unknown): string => `${JSON.stringify(data)}\n`

/** The lines of a chat answer: text in tokens, each tool call whole, and the last line with its statistics. */
export function ollamaFrames(outgoing: Outgoing): Frame[] {
  const { text, calls } = partsOf(outgoing)
  const piece = (message: object): Frame => ({
    kind: 'token',
    data: line({
      ...head(outgoing),
      message: { role: 'assistant', content: '', ...message },
      done: false,
    }),
  })
  return [
    ...tokensOf(text).map((content) => piece({ content })),
    ...calls.map((call) => piece({ tool_calls: [call] })),
    {
      kind: 'mark',
      data: line({
        ...head(outgoing),
        message: { role: 'assistant', content: '' },
        ...ending(outgoing),
      }),
    },
  ]
}

/** The same answer as one object. */
export function ollamaWhole(outgoing: Outgoing): unknown {
  const { text, calls } = partsOf(outgoing)
  return {
    ...head(outgoing),
    message: { role: 'assistant', content: text, ...(calls.length > 0 && { tool_calls: calls }) },
    ...ending(outgoing),
  }
}

/** Arguments are objects here. A call whose JSON is broken is no call to Ollama: it passes the model's words on as text. */
function partsOf({ reply, id }: Outgoing) {
  const read = reply.toolCalls.map((call) => ({ call, input: inputOf(call) }))
  const broken = read.filter(({ input }) => input === undefined)
  const calls = read
    .filter(({ input }) => input !== undefined)
    .map(({ call, input }, index) => ({
      id: callId(id, index),
      function: { index, name: call.name, arguments: input },
    }))
  const words = broken.map(({ call }) => `{"name": "${call.name}", "parameters": ${call.arguments}`)
  return { text: [reply.text, ...words].join(''), calls }
}

function inputOf(call: ToolCall): object | undefined {
  try {
    const value: unknown = JSON.parse(call.arguments)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

const head = ({ model, created }: Outgoing) => ({ model, created_at: created.toISOString() })

const nanoseconds = 1_000_000

/** Durations are in nanoseconds, as if each token had taken a millisecond. */
const ending = ({ reply, usage }: Outgoing) => ({
  done: true,
  done_reason: reply.finish === 'length' ? 'length' : 'stop',
  total_duration: (2 + usage.input + usage.output) * nanoseconds,
  load_duration: 2 * nanoseconds,
  prompt_eval_count: usage.input,
  prompt_eval_duration: usage.input * nanoseconds,
  eval_count: usage.output,
  eval_duration: usage.output * nanoseconds,
})
