import { nextAfter } from '@codelab/engine/gateway/close-reason'
import { backOff } from '@codelab/engine/gateway/back-off'

const closed = (code: number) => nextAfter({ code, reason: '' })

describe('after a connection has ended', () => {
  test.each([
    ['a refused token', 4001, 'refresh'],
    ["somebody else's session", 4003, 'stop'],
    ['a slow reader', 4008, 'reconnect'],
    ['too many connections', 4009, 'stop'],
    ['an expired session', 4010, 'expired'],
    ['the rate limit', 4029, 'reconnect'],
    ['a frame that is too large', 1009, 'stop'],
    ['a restart', 1012, 'reconnect'],
    ['a cut line', 1006, 'reconnect'],
    ['a code of a newer server', 4777, 'reconnect'],
  ])('%s (%i): %s', (_, code, act) => {
    expect(closed(code).act).toBe(act)
  })

  test('a busy server is asked again when it said to', () => {
    const ending = { code: 1006, reason: '', status: 503, retryAfterSeconds: 3 }
    expect(nextAfter(ending)).toEqual({ act: 'reconnect', waitMs: 3_000 })
  })

  test('a refused upgrade with 401 asks for another token', () => {
    expect(nextAfter({ code: 1006, reason: '', status: 401 })).toEqual({ act: 'refresh' })
  })

  test('waits grow to a bound, and chance keeps clients apart', () => {
    const waits = [0, 1, 2, 3, 20, 1_000].map((attempt) => backOff(attempt, () => 1))
    expect(waits).toEqual([250, 500, 1_000, 2_000, 15_000, 15_000])
    expect(backOff(3, () => 0)).toBe(1_000)
  })
})
