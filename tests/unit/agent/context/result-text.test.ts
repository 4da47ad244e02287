import { resultForModel, resultShare } from '@codelab/agent/context/result-text'
import { countTokens } from '@codelab/agent/context/tokens'

const window = 8_000

test.each([
  ['a string as it is', { result: 'say "hi"\n' }, 'say "hi"\n'],
  ['an empty string as it is', { result: '' }, ''],
  ['other JSON compact', { result: { a: [1, null] } }, '{"a":[1,null]}'],
  ['null as JSON', { result: null }, 'null'],
  ['nothing in words', {}, 'The tool gave no result.'],
  [
    'an error with code and message',
    { error: { code: 'file_not_found', message: 'There is no a.ts.' } },
    '{"error":{"code":"file_not_found","message":"There is no a.ts."}}',
  ],
  ['an error that is a string', { error: 'boom' }, '{"error":{"code":"failed","message":"boom"}}'],
])('gives %s', (_, answer, text) => {
  expect(resultForModel(answer, window)).toBe(text)
})

test('only code and message of an error are told', () => {
  const error = { code: 'failed', message: 'm', stack: 'secret' }
  expect(resultForModel({ error }, window)).not.toContain('secret')
})

test('a rejection carries the feedback', () => {
  const error = { code: 'rejected_by_user', message: 'The user said: keep the tests.' }
  expect(resultForModel({ error }, window)).toContain('keep the tests')
})

test('changed arguments are told before the result', () => {
  const text = resultForModel({ result: 'done', edited: { path: 'b.ts' } }, window)
  expect(text).toMatch(/changed the arguments.*\{"path":"b\.ts"\}\n\ndone$/s)
})

test.each([
  ['a long result', { result: 'a line of it\n'.repeat(20_000) }],
  ['a long error', { error: { code: 'failed', message: 'oh '.repeat(20_000) } }],
  [
    'long changed arguments',
    { result: 'r '.repeat(9_000), edited: { content: 'x '.repeat(9_000) } },
  ],
])('%s takes at most a quarter of the window and says that it was cut', (_, answer) => {
  const text = resultForModel(answer, window)
  expect(countTokens(text)).toBeLessThanOrEqual(resultShare(window))
  expect(text).toContain('[Cut to fit')
})
