import type { ChatMessage } from '@codelab/contracts/agent-llm'
import { demoReply } from '@codelab/demo-model/script'
import { allTools, callsIn, replyTo, user } from './conversation.ts'

const length = 100_000
const many = (piece: string): string => piece.repeat(Math.ceil(length / piece.length))

/** Milliseconds of processor time, which other processes do not lengthen. */
function work(task: () => void): number {
  const before = process.cpuUsage()
  task()
  const { user: own, system } = process.cpuUsage(before)
  return (own + system) / 1000
}

const pieces = ['a', ' ', '\n', ',', '.', '. ', ' ,', '"', "'", " '", '`', '```\n', '«', '{', '{}']
const words = ['read foo ', 'a and ', 'x then ', 'with ', 'in ', 'fail ', 'once ', 'echo ', 'a 1 ']

test.each([
  ...[...pieces, ...words].flatMap((piece) => [many(piece), `read a.txt ${many(piece)}x`]),
  `write ${many('with ')}`,
  `replace a with ${many('b in ')}`,
  `repeat "${many(' ')}"`,
  `search for ${many('a in ')}`,
])('a message of 100,000 characters is read quickly, whatever it holds', (message) => {
  // The same length in harmless letters is the measure; a quadratic pattern would take thousands of times as long. Two seconds are for compiling.
  const usual = work(() => replyTo(many('words and ')))
  expect(work(() => replyTo(message))).toBeLessThan(usual * 20 + 2_000)
})

test.each([many(' '), `${many('\n')}x`, many('`'), many('error '), `${many(' ')}x`])(
  'a long result is read quickly, whatever it holds',
  (content) => {
    const call = { name: 'read_file', arguments: '{"path":"a.txt"}' }
    const reading = (text: string) => () => {
      const messages: ChatMessage[] = [
        user('read a.txt'),
        { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: call }] },
        { role: 'tool', tool_call_id: 'a', content: text },
      ]
      demoReply({ messages, tools: allTools })
    }
    const usual = work(reading(many('a line of text\n')))
    expect(work(reading(content))).toBeLessThan(usual * 20 + 2_000)
  },
)

test('long content is kept to the last character, quoted or not', () => {
  const content = many('0123456789 "x" \n  and then ')
  const call = ['write_file', { path: 'a.txt', content: content.trimEnd() }]
  expect(callsIn(replyTo(`write a.txt with content ${content.trimEnd()}`))).toEqual([call])
  const fenced = replyTo(`write a.txt with the content:\n\`\`\`\n${content.trimEnd()}\`\`\``)
  expect(callsIn(fenced)).toEqual([call])
})
