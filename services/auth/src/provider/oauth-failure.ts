import { errors } from 'oidc-provider'
import { Failure } from '@codelab/runtime/failure'
import { isUnavailable } from '../store/unavailable.ts'

const withStatus = (error: errors.OIDCProviderError, status: number) =>
  Object.assign(error, { status, statusCode: status, expose: true })

/** 503 in the form of RFC 6749, for what could not be asked right now. */
export const temporarilyUnavailable = (cause?: unknown) =>
  withStatus(
    new errors.CustomOIDCProviderError(
      'temporarily_unavailable',
      'the service is not available right now; try again shortly',
      cause === undefined ? undefined : { cause },
    ),
    503,
  )

type Answering = { set: (name: string, value: string) => void }

/** A failure of our own as the OAuth error that says the same; anything else unchanged. Sets Retry-After. */
export function asOAuthError(error: unknown, ctx?: Answering): unknown {
  if (isUnavailable(error)) {
    ctx?.set('Retry-After', '2')
    return temporarilyUnavailable(error)
  }
  if (!(error instanceof Failure)) return error
  if (error.retryAfterSeconds !== undefined)
    ctx?.set('Retry-After', String(error.retryAfterSeconds))
  if (error.code === 'rate_limited') {
    const description = `too many failed sign-ins; try again in ${error.retryAfterSeconds ?? 60} seconds`
    return withStatus(new errors.CustomOIDCProviderError('slow_down', description), 429)
  }
  return error.code === 'unavailable' ? temporarilyUnavailable(error) : error
}

/** The body of RFC 6749 §5.2 for any thrown thing; nothing of an exception's text leaves. */
export function oauthFailureBody(error: unknown): { status: number; body: Record<string, string> } {
  if (error instanceof errors.OIDCProviderError && error.expose) {
    return {
      status: error.statusCode,
      body: {
        error: error.error,
        ...(error.error_description !== undefined && {
          error_description: error.error_description,
        }),
      },
    }
  }
  return {
    status: 500,
    body: { error: 'server_error', error_description: 'something went wrong here' },
  }
}
