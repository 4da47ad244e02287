import { jest } from '@jest/globals'
import { createProgress } from '@codelab/agent/jobs/progress'

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

test('the first is told at once, of those that follow too soon only the last, and nothing after the end', () => {
  const told: [number, string | undefined][] = []
  const progress = createProgress((share, note) => void told.push([share, note]))
  progress.report(0.1, 'one')
  progress.report(0.2, 'two')
  progress.report(0.3)
  expect(told).toEqual([[0.1, 'one']])
  jest.runOnlyPendingTimers()
  expect(told).toEqual([
    [0.1, 'one'],
    [0.3, 'two'],
  ])
  progress.report(7)
  progress.end()
  jest.runAllTimers()
  expect(told).toHaveLength(2)
})
