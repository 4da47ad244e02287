import * as oidc from 'openid-client'
import type { EngineReason } from '@codelab/contracts/engine-ui/failures'
import { Failure } from '@codelab/runtime/failure'
import { EngineFailure } from '../engine-failure.ts'
import { isCertificateRefused, lineFailure, suspended } from './line-failure.ts'

const retryAfter = (response: Response): number | undefined => {
  const seconds = Number(response.headers.get('retry-after'))
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined
}

const sentences: Readonly<Record<string, string>> = {
  invalid_grant: 'The user name, the password or the code was not accepted.',
  access_denied: 'The sign-in was refused.',
  expired_token: 'The code expired before it was confirmed. Start the sign-in again.',
  unauthorized_client: 'This server does not allow that way to sign in; try another one.',
  unsupported_grant_type: 'This server does not offer that way to sign in; try another one.',
}

const reasons: Readonly<Record<string, EngineReason>> = {
  invalid_grant: 'wrong_credentials',
  access_denied: 'sign_in_refused',
  expired_token: 'sign_in_expired',
  unauthorized_client: 'way_not_offered',
  unsupported_grant_type: 'way_not_offered',
}

const refusedAs = (code: string) => reasons[code] ?? 'sign_in_refused'

function answered(error: oidc.ResponseBodyError, server: string): Failure {
  if (error.error === 'slow_down' || error.status === 429) {
    const seconds = retryAfter(error.response)
    return new EngineFailure('rate_limited', 'account_locked', {
      message: `Too many failed sign-ins. Try again${seconds ? ` in ${seconds} s` : ' later'}.`,
      ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
      cause: error,
    })
  }
  if (error.status >= 500) {
    return new EngineFailure('unavailable', 'server_unreachable', {
      message: 'The sign-in service has a fault right now. Try again shortly.',
      place: server,
      cause: error,
    })
  }
  const sentence = sentences[error.error] ?? error.error_description ?? error.error
  return new EngineFailure('unauthorized', refusedAs(error.error), {
    message: sentence,
    cause: error,
  })
}

/** True when a refresh token is spent, revoked or unknown: only a new sign-in helps. */
export const isGrantRefused = (error: unknown): boolean =>
  error instanceof oidc.ResponseBodyError &&
  (error.error === 'invalid_grant' || error.error === 'invalid_client')

/** Says in a person's words what went wrong between this client and the sign-in service. */
export function oauthFailure(error: unknown, server: string): Failure {
  if (error instanceof Failure) return error
  if (error instanceof oidc.ResponseBodyError) return answered(error, server)
  if (error instanceof oidc.AuthorizationResponseError) {
    return new EngineFailure('unauthorized', refusedAs(error.error), {
      message: sentences[error.error] ?? error.error_description ?? error.error,
      cause: error,
    })
  }
  if (isUnavailable(error)) return suspended(server, error)
  if (isOffline(error) || isCertificateRefused(error)) return lineFailure(server, error)
  return new EngineFailure('unavailable', 'not_a_codelab_server', {
    message: `What answers at ${server} is not a CodeLab server, or it is starting up. Check the address.`,
    place: server,
    cause: error,
  })
}

/** `fetch` could not reach anything, or nothing came in time; a library may have put its own error around that. */
const isOffline = (error: unknown): boolean => {
  for (let cause = error, depth = 0; Error.isError(cause) && depth < 4; depth += 1) {
    if (cause.name === 'TypeError' && cause.message === 'fetch failed') return true
    if (cause instanceof oidc.ClientError && cause.code === 'OAUTH_TIMEOUT') return true
    cause = cause.cause
  }
  return false
}

/** The answer of whatever stands before a workspace that has no pods. */
const isUnavailable = (error: unknown): boolean =>
  error instanceof oidc.ClientError && error.cause instanceof Response && error.cause.status === 503
