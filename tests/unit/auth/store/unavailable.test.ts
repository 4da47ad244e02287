import { isUnavailable } from '@codelab/auth/store/unavailable'

const withCode = (code: string) => Object.assign(new Error('x'), { code })

test.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', '57P01', '57P03', '53300', '08006'])(
  '%s: not now',
  (code) => {
    expect(isUnavailable(withCode(code))).toBe(true)
  },
)

test.each(['23505', '42P01', '22021', '08P01', '28P01'])('%s: refused', (code) => {
  expect(isUnavailable(withCode(code))).toBe(false)
})

test.each([
  ['Connection terminated unexpectedly', true],
  ['timeout exceeded when trying to connect', true],
  ['x is not a function', false],
])('without a code the words tell: %s', (message, expected) => {
  expect(isUnavailable(new Error(message))).toBe(expected)
})

test('what is no error is not it', () => {
  expect(isUnavailable('ECONNREFUSED')).toBe(false)
})
