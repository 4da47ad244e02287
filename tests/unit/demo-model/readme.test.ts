import { readFile } from 'node:fs/promises'
import { introduction } from '@codelab/demo-model/plain'
import { replyTo } from './conversation.ts'

const readme = await readFile(
  new URL('../../../packages/demo-model/README.md', import.meta.url),
  'utf8',
)
const phrases = readme
  .split('\n')
  .filter((row) => row.startsWith('| `'))
  .flatMap((row) =>
    Array.from(row.split(' | ')[0]?.matchAll(/`([^`]+)`/g) ?? [], ([, text]) => text),
  )

test.each(phrases)('the documented phrase “%s” is understood', (phrase) => {
  const { text, toolCalls, fault, pace } = replyTo(phrase ?? '')
  const isPlain = text === introduction.en || text === introduction.ru
  expect({ isPlain, hasCalls: toolCalls.length > 0, fault, pace }).not.toEqual({
    isPlain: true,
    hasCalls: false,
    fault: undefined,
    pace: {},
  })
})

test('the table was found', () => {
  expect(phrases.length).toBeGreaterThan(40)
})
