import type { ChatMessage } from '@codelab/contracts/agent-llm'
import type { Reply } from '@codelab/demo-model/reply'
import { demoReply } from '@codelab/demo-model/script'

export const allTools = [
  'read_file',
  'list_files',
  'search',
  'git_diff',
  'git_status',
  'git_log',
  'write_file',
  'edit_file',
  'create_directory',
  'move_file',
  'delete_file',
  'execute_command',
  'search_semantic',
]

export const user = (content: string): ChatMessage => ({ role: 'user', content })

/** The reply to a message that begins a conversation. */
export const replyTo = (content: string, tools: readonly string[] = allTools): Reply =>
  demoReply({ messages: [user(content)], tools })

/** The calls of a reply with their arguments read. */
export const callsIn = (reply: Reply): [string, unknown][] =>
  reply.toolCalls.map((call) => [call.name, JSON.parse(call.arguments)])

/** Plays a turn on: each entry of `steps` holds the results of that step's calls, in order. */
export function replyAfter(asked: string, ...steps: readonly (readonly unknown[])[]): Reply {
  let messages: ChatMessage[] = [user(asked)]
  for (const results of steps) messages = [...messages, ...stepWith(messages, results)]
  return demoReply({ messages, tools: allTools })
}

function stepWith(messages: ChatMessage[], results: readonly unknown[]): ChatMessage[] {
  const { toolCalls } = demoReply({ messages, tools: allTools })
  const ids = toolCalls.map((_, index) => `call_${messages.length}_${index}`)
  return [
    {
      role: 'assistant',
      content: null,
      tool_calls: toolCalls.map((call, index) => ({
        id: ids[index] ?? '',
        type: 'function',
        function: call,
      })),
    },
    ...ids.map((id, index): ChatMessage => {
      const result = results[index]
      const content = typeof result === 'string' ? result : JSON.stringify(result)
      return { role: 'tool', tool_call_id: id, content }
    }),
  ]
}
