import type { CompletionRequest } from '@codelab/contracts/agent-llm'
import { answer, call, calls, done, say, type Script } from '../../support/stand-in-llm-proxy.ts'

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** An answer longer than any patience, a piece every 20 ms. */
const slowly = () => [
  ...Array.from({ length: 1_500 }, (_, at) => [later(at * 20), ...say(`tick ${at} `)]).flat(),
  ...done(),
]

function lastUserText({ messages }: CompletionRequest): string {
  const content = messages.findLast(({ role }) => role === 'user')?.content
  return typeof content === 'string' ? content : ''
}

/** Results that stand after the newest user message. */
const resultsSince = ({ messages }: CompletionRequest): number =>
  messages
    .slice(messages.findLastIndex(({ role }) => role === 'user'))
    .filter(({ role }) => role === 'tool').length

/** What each message of the talk makes the model do; the same question gets the same answer, however often a step is run again. */
export function talkScript(): Script {
  const cutOnce = new Set<string>()
  return (request) => {
    const text = lastUserText(request)
    const results = resultsSince(request)
    const [word] = text.split(' ')
    if (word === 'work') {
      if (results > 0) return answer('All ', 'is ', 'done.')
      return calls(
        ...say('I read, ', 'then I write.'),
        call('read_file', { path: 'a.txt' }),
        call('write_file', { path: 'b.txt', content: 'proposed' }),
      )
    }
    if (word === 'task' && request.tools) {
      return results > 0
        ? answer('The task ', 'is done.')
        : calls(call('write_file', { path: 'f.txt', content: 'by the task' }))
    }
    if (word === 'delete') {
      return results > 0 ? answer('Then ', 'not.') : calls(call('delete_file', { path: 'c.txt' }))
    }
    if (word === 'stream') return slowly()
    if (word === 'cut' && !cutOnce.has(text)) {
      cutOnce.add(text)
      return [...say('This will ', 'break'), later(50), 'cut']
    }
    if (word === 'fail') return { status: 422, code: 'unprocessable', message: 'It is refused.' }
    // A summary is made without tools; slowly, so that its job has to keep its lease.
    if (!request.tools) return [later(1_200), ...answer('A summary.')]
    return answer('An answer ', `to ${text}.`)
  }
}
