import { isTimeToCollect } from '@codelab/runtime/calm-collection'

const mebibytes = (count: number) => count * 1024 ** 2
const look = { busyShare: 0, heapBytes: mebibytes(60), heapBytesAfterLast: mebibytes(50) }

test('a calm process whose heap has grown is collected', () => {
  expect(isTimeToCollect(look)).toBe(true)
  expect(isTimeToCollect({ ...look, busyShare: 0.05 })).toBe(true)
})

test('a busy one is not, however much its heap has grown', () => {
  expect(isTimeToCollect({ ...look, busyShare: 0.051, heapBytes: mebibytes(900) })).toBe(false)
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

test('the first collection comes with the first calm', () => {
  expect(isTimeToCollect({ ...look, heapBytesAfterLast: 0 })).toBe(true)
})
