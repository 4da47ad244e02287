import { cutForModel } from '@codelab/agent/context/cut'
import { countTokens } from '@codelab/agent/context/tokens'
import fc from 'fast-check'

const lines = (count: number) =>
  Array.from({ length: count }, (_, i) => `line ${i + 1} of it\n`).join('')

test('what fits stays as it is', () => {
  expect(cutForModel('short', 100)).toBe('short')
  expect(cutForModel('', 0)).toBe('')
})

test('a long text keeps its beginning in whole lines and says how to read on', () => {
  const cut = cutForModel(lines(5_000), 500)
  const [, shown] = /\[Cut to fit: the first (\d+) of 5000 lines are shown/.exec(cut) ?? []
  expect(cut.startsWith(lines(Number(shown)))).toBe(true)
  expect(cut).toContain('read_file with start_line')
  expect(countTokens(cut)).toBeGreaterThan(400)
})

test('a text of one line tells its characters', () => {
  expect(cutForModel('word '.repeat(10_000), 500)).toMatch(/first \d+ of 50000 characters/)
})

test('a surrogate pair is never parted', () => {
  for (let tokens = 5; tokens < 60; tokens += 1) {
    expect(cutForModel('😀'.repeat(500), tokens).isWellFormed()).toBe(true)
  }
})

test('the cut text keeps to its tokens', () => {
  const word = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('\n', ' ', 'aaaa'),
  )
  const text = fc
    .tuple(fc.array(word, { minLength: 1, maxLength: 50 }), fc.integer({ min: 1, max: 200 }))
    .map(([words, times]) => words.join('').repeat(times))
  fc.assert(
    fc.property(text, fc.integer({ min: 8, max: 2_000 }), (long, tokens) => {
      const cut = cutForModel(long, tokens)
      expect(countTokens(cut)).toBeLessThanOrEqual(tokens)
    }),
    { numRuns: 300 },
  )
})
