import { cyclesIn } from '../../../support/layout/cycles.ts'

describe('the finder of circles', () => {
  const cycles = (edges: Record<string, string[]>) => cyclesIn(new Map(Object.entries(edges)))

  test('finds none where there is none', () => {
    expect(cycles({ a: ['b', 'c'], b: ['c'], c: [] })).toEqual([])
  })
  test('gives the way round', () => {
    expect(cycles({ x: ['a'], a: ['b'], b: ['c'], c: ['a'] })).toEqual([['a', 'b', 'c', 'a']])
    expect(cycles({ a: ['a'] })).toEqual([['a', 'a']])
  })
})
