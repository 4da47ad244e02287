import { accessTokenType, audienceOf } from '@codelab/contracts/auth'
import { FailureBody, FailureCode, failures, FrameFailureCode } from '@codelab/contracts/errors'
import { Id, instantOf, Timestamp } from '@codelab/contracts/ids'

describe('an id', () => {
  test.each(['a', 'A.b_c:d-9', 'x'.repeat(128), '__proto__', '..', '-'])('may be %s', (id) => {
    expect(Id.parse(id)).toBe(id)
  })
  test.each([
    '',
    'x'.repeat(129),
    'a b',
    'a/b',
    'a\\b',
    'ä',
    'a\n',
    'a\0',
    '😀',
    '%41',
    'a?b',
    'a#b',
    ' a',
    1,
    null,
    undefined,
    ['a'],
    {},
  ])('may not be %j', (id) => expect(Id.safeParse(id).success).toBe(false))
})

describe('a timestamp', () => {
  test.each([
    ['in UTC', '2026-01-02T03:04:05Z', 0],
    ['without an offset, which means UTC', '2026-01-02T03:04:05', 0],
    ['with an offset', '2026-01-02T03:04:05+02:00', -120],
    ['with a negative offset of half an hour', '2026-01-02T03:04:05-09:30', 570],
    ['with parts of a second and no offset', '2026-01-02T03:04:05.000', 0],
    ['with many digits', '2026-01-02T03:04:05.000000Z', 0],
  ])('%s', (_, text, minutes) => {
    expect(Timestamp.parse(text)).toBe(text)
    expect(instantOf(text).getTime()).toBe(Date.UTC(2026, 0, 2, 3, 4, 5) + minutes * 60_000)
  })
  test.each([
    '2026-01-02',
    '03:04:05',
    '2026-13-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-01-02 03:04:05',
    '1767323045',
    '',
    'now',
    5,
    null,
  ])('may not be %j', (text) => expect(Timestamp.safeParse(text).success).toBe(false))
  test('a leap day exists in leap years only', () => {
    expect(Timestamp.safeParse('2028-02-29T00:00:00Z').success).toBe(true)
    expect(Timestamp.safeParse('2027-02-29T00:00:00Z').success).toBe(false)
  })
})

describe('failures', () => {
  test.each(Object.entries(failures))(
    '%s has a status of an error and a sentence',
    (code, { status, message }) => {
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(600)
      expect(message).toMatch(/\w/)
      const body = { error: { code, message, request_id: 'r1' } }
      expect(FailureBody.parse(JSON.parse(JSON.stringify(body)))).toEqual(body)
      expect(FrameFailureCode.parse(FailureCode.parse(code))).toBe(code)
    },
  )
  test('a body needs code, message and request id, and tells nothing more', () => {
    const error = { code: 'internal', message: 'm', request_id: 'r1' }
    for (const key of Object.keys(error)) {
      expect(FailureBody.safeParse({ error: { ...error, [key]: undefined } }).success).toBe(false)
    }
    expect(FailureBody.parse({ error: { ...error, stack: 'at x' } })).toEqual({ error })
  })
})

test('the names that tokens carry', () => {
  expect(audienceOf('team/acme')).toBe('urn:codelab:workspace:team/acme')
  expect(accessTokenType).toBe('at+jwt')
})
