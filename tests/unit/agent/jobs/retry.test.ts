import { mayPass, nextTryAt, retryNote } from '@codelab/agent/jobs/retry'

const settings = { taskMaxSteps: 100, attempts: 4, backoffMs: 2_000 }
const now = new Date('2026-01-02T03:04:05Z')
const pauseAfter = (attempts: number, of = settings) => {
  const at = nextTryAt({ attempts }, now, of)
  return at && at.getTime() - now.getTime()
}

test('the pause doubles with each try, until there are no more', () => {
  expect([1, 2, 3, 4, 5].map((attempts) => pauseAfter(attempts))).toEqual([
    2_000,
    4_000,
    8_000,
    undefined,
    undefined,
  ])
})

test('no pause is longer than five minutes', () => {
  expect(pauseAfter(50, { ...settings, attempts: 100 })).toBe(5 * 60_000)
})

test.each([
  ['unavailable', true],
  ['rate_limited', true],
  ['upstream_failed', true],
  ['upstream_timeout', true],
  ['invalid_request', false],
  ['not_found', false],
  ['internal', false],
])('%s may pass: %s', (code, passes) => {
  expect(mayPass(code)).toBe(passes)
})

test('the person is told which try follows, and why', () => {
  expect(retryNote(2, settings, 'No model answers.')).toBe('Try 2 of 4 follows: No model answers.')
})
