import { countMessage, countTokens, messageOverhead } from '@codelab/agent/context/tokens'
import fc from 'fast-check'
import { countTokens as reference } from 'gpt-tokenizer/encoding/o200k_base'

const asText = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() }

test('agrees with o200k_base on ordinary text', () => {
  const text = `export const sum = (a: number, b: number) => a + b // Привет, 世界! 😀\n\n\tif (x) {}\n`
  expect(countTokens(text)).toBe(reference(text, asText))
  expect(countTokens(text.repeat(500))).toBe(reference(text.repeat(500), asText))
  expect(countTokens('')).toBe(0)
})

test('agrees with o200k_base on any short text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      expect(countTokens(text)).toBe(reference(text, asText))
    }),
  )
})

test('a control token of the vendor counts as the text that it is', () => {
  expect(countTokens('<|endoftext|>')).toBeGreaterThan(1)
})

const mebibyte = 1_048_576
test.each([
  ['one letter', 'a'.repeat(mebibyte)],
  ['spaces', ' '.repeat(mebibyte)],
  ['line ends', '\n'.repeat(mebibyte)],
  ['one sign', '-'.repeat(mebibyte)],
  ['emoji', '😀'.repeat(mebibyte / 4)],
  ['lone surrogates', '\ud83d'.repeat(100_000)],
  ['letters with accents', 'e\u0301'.repeat(mebibyte / 3)],
])('a mebibyte of %s is counted in linear time', (_, text) => {
  const tenth = text.slice(0, text.length / 10)
  const tokens = countTokens(text)
  expect(tokens).toBeGreaterThan(0)
  expect(tokens).toBeLessThanOrEqual(Buffer.byteLength(text))
  expect(tokens / (10 * countTokens(tenth))).toBeCloseTo(1, 1)
})

test('a long run without breaks is counted at most a little too high', () => {
  let seed = 7
  const letter = () => String.fromCharCode(97 + ((seed = (seed * 16_807) % 2_147_483_647) % 26))
  const run = Array.from({ length: 2_000 }, letter).join('')
  const exact = reference(run, asText)
  expect(countTokens(run)).toBeGreaterThanOrEqual(exact)
  expect(countTokens(run)).toBeLessThan(exact * 1.05)
})

test('a message counts its text, its tool calls and what the chat form adds', () => {
  const plain = countMessage({ role: 'user', content: 'hello' })
  expect(plain).toBe(countTokens('hello') + messageOverhead)
  const toolCalls = [{ tool_name: 'read_file', arguments: { path: 'a.ts' } }]
  const calling = countMessage({ role: 'assistant', content: 'hello', toolCalls })
  expect(calling).toBeGreaterThan(plain + countTokens('{"path":"a.ts"}'))
})
