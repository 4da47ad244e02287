import { createKeptOutput } from '@codelab/engine/workspace/program/kept-output'
import fc from 'fast-check'

const kept = (chunks: (string | number[])[], head = 8, tail = 8) => {
  const output = createKeptOutput(head, tail)
  for (const chunk of chunks) output.add(Buffer.from(chunk as string))
  return output
}

test('what fits is kept whole', () => {
  expect(kept(['abc', 'defgh', 'ijkl']).text()).toBe('abcdefghijkl')
  expect(kept([]).text()).toBe('')
})

test('of what does not fit, both ends are kept and the rest is counted', () => {
  expect(kept(['0123456789', 'abcdefghij']).text()).toBe(
    '01234567\n[… 4 bytes left out …]\ncdefghij',
  )
})

test('a character that is cut in two is left out', () => {
  expect(kept(['1234567éxxxxxxx', 'éabcdefg']).text()).toBe(
    '1234567\n[… 11 bytes left out …]\nabcdefg',
  )
})

test('bytes that are no text do not break it', () => {
  expect(kept([[0xff, 0x00, 0x61]]).text()).toBe('\ufffd\ufffda')
})

test('however it comes in, the same is kept', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 60 }),
      fc.array(fc.integer({ min: 0, max: 60 })),
      (text, cuts) => {
        const bytes = [...Buffer.from(text)]
        const at = [
          0,
          ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b),
          bytes.length,
        ]
        const chunks = at.slice(1).map((end, index) => bytes.slice(at[index], end))
        const pieces = kept(chunks)
        const whole = kept([bytes])
        expect(pieces.text()).toBe(whole.text())
        expect(pieces.total).toBe(bytes.length)
      },
    ),
  )
})
