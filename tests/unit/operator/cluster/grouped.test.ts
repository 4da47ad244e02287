import { createGrouped } from '@codelab/operator/cluster/grouped'

test('values are kept by group and id; the last one under an id counts', () => {
  const grouped = createGrouped<number>()
  grouped.put('a', 'x', 1)
  grouped.put('a', 'y', 2)
  grouped.put('a', 'x', 3)
  grouped.put('b', 'x', 4)
  expect([...grouped.of('a')!]).toEqual([
    ['x', 3],
    ['y', 2],
  ])
  grouped.take('a', 'y')
  expect([...grouped.of('a')!]).toEqual([['x', 3]])
  expect([...grouped.of('b')!]).toEqual([['x', 4]])
})

test('a group that lost its last value is let go; what is not there can be taken out', () => {
  const grouped = createGrouped<number>()
  grouped.put('a', 'x', 1)
  grouped.take('a', 'other')
  grouped.take('other', 'x')
  expect(grouped.of('a')?.size).toBe(1)
  grouped.take('a', 'x')
  expect(grouped.of('a')).toBeUndefined()
})
