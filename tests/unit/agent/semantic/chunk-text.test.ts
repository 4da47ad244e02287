import fc from 'fast-check'
import { chunkText, usualSizes } from '@codelab/agent/semantic/chunk-text'
import { countTokens } from '@codelab/agent/context/tokens'

const sizes = { maxBytes: 40, overlapBytes: 12 }
const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('')

test('a small text is one chunk with its lines', () => {
  expect(chunkText('one\ntwo')).toEqual([{ startLine: 1, endLine: 2, text: 'one\ntwo' }])
})

test('nothing, or nothing but blanks, is no chunk', () => {
  expect(chunkText('')).toEqual([])
  expect(chunkText('  \n\n \t\n')).toEqual([])
})

test('each chunk begins with the last lines of the one before', () => {
  const chunks = chunkText(lines(12), sizes)
  expect(chunks.length).toBeGreaterThan(2)
  for (const [index, chunk] of chunks.slice(1).entries()) {
    const before = chunks[index]!
    expect(chunk.startLine).toBe(before.endLine)
    expect(before.text.endsWith(chunk.text.split('\n')[0]! + '\n')).toBe(true)
  }
})

test('a line that is too long alone is cut within, no character parted', () => {
  const text = '🙂'.repeat(50)
  const chunks = chunkText(text, sizes)
  expect(chunks.length).toBeGreaterThan(3)
  for (const chunk of chunks) {
    expect(chunk).toMatchObject({ startLine: 1, endLine: 1 })
    expect(chunk.text.isWellFormed()).toBe(true)
    expect(Buffer.byteLength(chunk.text)).toBeLessThanOrEqual(sizes.maxBytes)
  }
})

test('no chunk has more tokens than the bound has bytes', () => {
  for (const text of [
    'ж'.repeat(9_000),
    'a '.repeat(9_000),
    lines(3_000),
    '\u{1F9EA}'.repeat(3_000),
  ]) {
    for (const chunk of chunkText(text)) {
      expect(countTokens(chunk.text)).toBeLessThanOrEqual(usualSizes.maxBytes)
    }
  }
})

test('whatever the text: chunks are within the bound, say their lines, and lose none that is not blank', () => {
  const line = fc.string({ maxLength: 30, unit: 'binary' })
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), (parts) => {
      const text = parts.join('\n')
      const chunks = chunkText(text, sizes)
      const all = text.split('\n')
      const seen = new Set<number>()
      for (const chunk of chunks) {
        expect(Buffer.byteLength(chunk.text)).toBeLessThanOrEqual(sizes.maxBytes)
        expect(text).toContain(chunk.text)
        for (let at = chunk.startLine; at <= chunk.endLine; at += 1) seen.add(at)
      }
      for (const [index, content] of all.entries()) {
        if (content.trim() !== '') expect(seen.has(index + 1)).toBe(true)
      }
    }),
  )
})
