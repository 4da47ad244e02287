import * as oidc from 'openid-client'
import { Failure } from '@codelab/runtime/failure'

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

function answered(error: oidc.ResponseBodyError): Failure {
  if (error.error === 'slow_down' || error.status === 429) {
    const seconds = retryAfter(error.response)
    return new Failure('rate_limited', {
      message: `Too many failed sign-ins. Try again${seconds ? ` in ${seconds} s` : ' later'}.`,
      ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
      cause: error,
    })
  }
  if (error.status >= 500) {
    return new Failure('unavailable', {
      message: 'The sign-in service has a fault right now. Try again shortly.',
      cause: error,
    })
  }
  const sentence = sentences[error.error] ?? error.error_description ?? error.error
  return new Failure('unauthorized', { message: sentence, cause: error })
}

/** True when a refresh token is spent, revoked or unknown: only a new sign-in helps. */
export const isGrantRefused = (error: unknown): boolean =>
  error instanceof oidc.ResponseBodyError &&
  (error.error === 'invalid_grant' || error.error === 'invalid_client')

/** Says in a person's words what went wrong between this client and the sign-in service. */
export function oauthFailure(error: unknown, server: string): Failure {
  if (error instanceof Failure) return error
  if (error instanceof oidc.ResponseBodyError) return answered(error)
  if (error instanceof oidc.AuthorizationResponseError) {
    return new Failure('unauthorized', {
      message: sentences[error.error] ?? error.error_description ?? error.error,
      cause: error,
    })
  }
  const network =
    (error instanceof TypeError && error.message === 'fetch failed') ||
    (error instanceof oidc.ClientError && error.code === 'OAUTH_TIMEOUT')
  const message = network
    ? `Nothing answers at ${server}. Is the address right and the server running?`
    : `What answers at ${server} is not a CodeLab server, or it is starting up. Check the address.`
  return new Failure('unavailable', { message, cause: error })
}
