import { embed, toBase64 } from '@codelab/demo-model/embedding'
import fc from 'fast-check'

const similarity = (one: string, other: string): number => {
  const b = embed(other)
  return embed(one).reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)
}

test('every text gives a unit vector of the wished size', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 600 }), (text, dimensions) => {
      const vector = embed(text, dimensions)
      return vector.length === dimensions && Math.abs(Math.hypot(...vector) - 1) < 1e-6
    }),
  )
})

test('equal texts give equal vectors and similar ones nearer ones', () => {
  expect(embed('open the door')).toEqual(embed('open the door'))
  const near = similarity('open the front door', 'open the door')
  expect(near).toBeGreaterThan(similarity('open the front door', 'quarterly tax report'))
})

test('base64 holds little-endian floats', () => {
  expect(toBase64([1, -2])).toBe('AACAPwAAAMA=')
})
