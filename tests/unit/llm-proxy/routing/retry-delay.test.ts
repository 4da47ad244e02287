import { retryDelay } from '@codelab/llm-proxy/routing/retry-delay'

const settings = { attempts: 3, minMs: 2000, maxMs: 10_000 }
const delay = (failedTries: number, random: number, retryAfterMs?: number) =>
  retryDelay(settings, { failedTries, retryAfterMs, random: () => random })

test('doubles from the shortest to the longest wait', () => {
  expect([1, 2, 3, 4].map((tries) => delay(tries, 0))).toEqual([2000, 4000, 8000, 10_000])
})

test('adds up to half as much at random and stays within the longest', () => {
  expect(delay(1, 1)).toBe(3000)
  expect(delay(3, 1)).toBe(10_000)
})

test('waits as long as the vendor asks, if that is not longer than the longest wait', () => {
  expect(delay(1, 0, 7000)).toBe(7000)
  expect(delay(2, 0, 1000)).toBe(4000)
  expect(delay(1, 0, 10_000)).toBe(10_000)
  expect(delay(1, 0, 10_001)).toBeUndefined()
})
