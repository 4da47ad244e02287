import { decodeCursor, encodeCursor, pageOf } from '../../../../services/agent/src/store/cursor.ts'

test('a cursor comes back as it was given out', () => {
  expect(decodeCursor(encodeCursor(['2026-01-01 00:00:00+00', 'é']), 2)).toEqual([
    '2026-01-01 00:00:00+00',
    'é',
  ])
  expect(decodeCursor(undefined, 2)).toEqual([])
})

test.each([
  '',
  'nonsense',
  encodeCursor(['one']),
  encodeCursor(['a', 'b', 'c']),
  encodeCursor(['a\0', 'b']),
])('the foreign cursor %j is refused', (cursor) => {
  expect(() => decodeCursor(cursor, 2)).toThrow(
    expect.objectContaining({ code: 'invalid_request', field: 'cursor' }),
  )
})

test('a page has a cursor only when there is more', () => {
  const page = (rows: number[]) =>
    pageOf(
      rows,
      2,
      (row) => row * 10,
      (row) => [String(row)],
    )
  expect(page([1, 2])).toEqual({ items: [10, 20] })
  expect(page([])).toEqual({ items: [] })
  expect(page([1, 2, 3])).toEqual({ items: [10, 20], next_cursor: encodeCursor(['2']) })
})
