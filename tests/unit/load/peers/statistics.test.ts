import { beyond, ofRounds, times } from '../../../load/peers/statistics.ts'

test('several rounds are told by their middle and the half around it', () => {
  expect(ofRounds([7, 1, 2, 3, 4, 5, 6])).toEqual({ median: 4, low: 2, high: 6 })
})

test('sides are compared round by round, not as a whole', () => {
  // The machine was three times as slow in the second round, for both.
  expect(ofRounds(times([100, 33, 100], [50, 16.5, 50])).median).toBe(2)
  expect(beyond([5, 7], [1, 2])).toEqual([4, 5])
})

test('a round that only one side has is left out', () => {
  expect(times([4, 6, 8], [2, 2])).toEqual([2, 3])
  expect(times([4], [2, 2])).toEqual([2])
})
