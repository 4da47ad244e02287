import { createNearest } from '@codelab/agent/semantic/nearest'
import { cosine, packVector, unpackVector } from '@codelab/agent/semantic/vector'

const exact = (a: readonly number[], b: readonly number[]) => {
  const dot = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, at) => sum + value * y[at]!, 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}
const wave = (seed: number) =>
  Array.from({ length: 384 }, (_, at) => Math.sin(seed * 12.9898 + at * seed * 0.37))

test('a packed vector keeps its direction: cosines differ by less than a hundredth', () => {
  for (let seed = 1; seed < 40; seed += 1) {
    const [a, b] = [wave(seed), wave(seed + 1)]
    expect(Math.abs(cosine(packVector(a), packVector(b)) - exact(a, b))).toBeLessThan(0.01)
  }
})

test('the length of a vector does not count, its direction does', () => {
  const packed = packVector([1, 2, 3])
  expect(packVector([10, 20, 30])).toEqual(packed)
  expect(cosine(packed, packVector([-1, -2, -3]))).toBeCloseTo(-1)
  expect(cosine(packed, packVector([0, 0, 0]))).toBe(0)
})

test('bytes that were stored are the same vector', () => {
  const packed = packVector([0.5, -1, 0.25])
  const stored = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)
  expect([...unpackVector(Buffer.from(stored))]).toEqual([...packed])
})

test('the nearest come first, and no more than were asked for', () => {
  const nearest = createNearest<string>(packVector([1, 0]), 2)
  nearest.add('away', packVector([-1, 0]))
  nearest.add('near', packVector([1, 0.2]))
  nearest.add('beside', packVector([0, 1]))
  nearest.add('same', packVector([2, 0]))
  expect(nearest.found().map(({ item }) => item)).toEqual(['same', 'near'])
  expect(nearest.found()[0]!.score).toBeCloseTo(1)
})

test('a vector of another model’s length is not compared', () => {
  const nearest = createNearest<string>(packVector([1, 0]), 2)
  nearest.add('longer', packVector([1, 0, 0]))
  expect(nearest.found()).toEqual([])
})
