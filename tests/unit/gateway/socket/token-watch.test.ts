import { jest } from '@jest/globals'
import { createTokenWatch } from '@codelab/gateway/socket/token-watch'

beforeEach(() => void jest.useFakeTimers({ now: 1_000_000 }))
afterEach(() => void jest.useRealTimers())

const watching = (lifeMs: number) => {
  const told: string[] = []
  const watch = createTokenWatch({
    expiresAt: Date.now() + lifeMs,
    graceMs: 60_000,
    now: Date.now,
    onExpired: () => told.push('expired'),
    onOver: () => told.push('over'),
  })
  return { watch, told }
}

describe('createTokenWatch', () => {
  test('tells of the expiry once and of the end of the grace', () => {
    const { watch, told } = watching(900_000)
    jest.advanceTimersByTime(899_999)
    expect({ told, expired: watch.isExpired() }).toEqual({ told: [], expired: false })
    jest.advanceTimersByTime(1)
    expect({ told, expired: watch.isExpired() }).toEqual({ told: ['expired'], expired: true })
    jest.advanceTimersByTime(59_999)
    expect(told).toEqual(['expired'])
    jest.advanceTimersByTime(1)
    expect(told).toEqual(['expired', 'over'])
  })

  test('starts anew with another token', () => {
    const { watch, told } = watching(1_000)
    jest.advanceTimersByTime(30_000)
    watch.replace(Date.now() + 100_000)
    expect(watch.isExpired()).toBe(false)
    jest.advanceTimersByTime(99_999)
    expect(told).toEqual(['expired'])
    jest.advanceTimersByTime(1)
    expect(told).toEqual(['expired', 'expired'])
  })

  test('waits for a token that lives longer than one timer can', () => {
    const { watch, told } = watching(3_000_000_000)
    jest.advanceTimersByTime(2_999_999_999)
    expect(told).toEqual([])
    jest.advanceTimersByTime(1)
    expect(told).toEqual(['expired'])
    watch.stop()
    expect(jest.getTimerCount()).toBe(0)
  })
})
