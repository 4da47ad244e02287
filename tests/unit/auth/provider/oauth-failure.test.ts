import { errors } from 'oidc-provider'
import { Failure } from '@codelab/runtime/failure'
import { asOAuthError, oauthFailureBody } from '@codelab/auth/provider/oauth-failure'

const rendered = (error: unknown) => {
  const headers: Record<string, string> = {}
  const answer = oauthFailureBody(
    asOAuthError(error, { set: (name, value) => void (headers[name] = value) }),
  )
  return { ...answer, headers }
}

test('throttled: 429 slow_down with the seconds to wait', () => {
  expect(rendered(new Failure('rate_limited', { retryAfterSeconds: 77 }))).toEqual({
    status: 429,
    body: {
      error: 'slow_down',
      error_description: 'too many failed sign-ins; try again in 77 seconds',
    },
    headers: { 'Retry-After': '77' },
  })
})

test.each([
  ['a full queue', new Failure('unavailable', { retryAfterSeconds: 2 })],
  [
    'a database that is away',
    Object.assign(new Error('connect ECONNREFUSED 10.0.0.1'), { code: 'ECONNREFUSED' }),
  ],
])('%s: 503 temporarily_unavailable', (_what, error) => {
  const answer = rendered(error)
  expect(answer).toMatchObject({
    status: 503,
    body: { error: 'temporarily_unavailable' },
    headers: { 'Retry-After': '2' },
  })
  expect(JSON.stringify(answer)).not.toContain('10.0.0.1')
})

test('the provider’s own errors keep their form', () => {
  expect(rendered(new errors.InvalidGrant('a detail')).body).toEqual({
    error: 'invalid_grant',
    error_description: 'grant request is invalid',
  })
})

test('anything else tells nothing', () => {
  const answer = rendered(new TypeError('secret of line 7'))
  expect(answer).toMatchObject({ status: 500, body: { error: 'server_error' } })
  expect(JSON.stringify(answer)).not.toContain('line 7')
})
