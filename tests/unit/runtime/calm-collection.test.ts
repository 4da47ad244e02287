import { isCalm, isTimeToCollect } from '@codelab/runtime/calm-collection'

const mebibytes = (count: number) => count * 1024 ** 2
const look = { calmLooks: 10, heapBytes: mebibytes(60), heapBytesAfterLast: mebibytes(50) }

test('a process that takes a twentieth of a core is calm, and one that takes more is not', () => {
  expect(isCalm(0.05)).toBe(true)
  expect(isCalm(0.051)).toBe(false)
})

test('a process that has been calm for ten looks and whose heap has grown is collected', () => {
  expect(isTimeToCollect(look)).toBe(true)
})

test('one that has been calm for less is not, however much its heap has grown', () => {
  expect(isTimeToCollect({ ...look, calmLooks: 9, heapBytes: mebibytes(900) })).toBe(false)
})

test.each([
  ['less than 8 MiB', 50, 57.9],
  ['less than a tenth of a large heap', 200, 219],
  ['nothing', 50, 50],
  ['a heap that has shrunk', 50, 20],
])('a collection is not worth it for %s', (_, heapBytesAfterLast, heapBytes) => {
  const grown = {
    heapBytes: mebibytes(heapBytes),
    heapBytesAfterLast: mebibytes(heapBytesAfterLast),
  }
  expect(isTimeToCollect({ ...look, ...grown })).toBe(false)
})

test('the first collection comes with the first long calm', () => {
  expect(isTimeToCollect({ ...look, heapBytesAfterLast: 0 })).toBe(true)
})
