import type { z } from 'zod'
import { failures, type FailureBody, type FailureCode } from '@codelab/contracts/errors'

type Details = {
  /** For a person: what happened, where, what to do. Never a secret, a query or an exception's text. */
  message?: string
  /** The path of the field that is wrong. */
  field?: string | undefined
  retryAfterSeconds?: number | undefined
  /** Logged, never sent. */
  cause?: unknown
}

/** A failure that a caller may see. Anything else that is thrown reaches callers as `internal`. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode
  readonly status: number
  readonly field: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: FailureCode, { message, field, retryAfterSeconds, cause }: Details = {}) {
    super(message ?? failures[code].message, cause === undefined ? undefined : { cause })
    this.code = code
    this.status = failures[code].status
    this.field = field
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** `invalid_request` out of a schema's refusal: the first issue, its path as `field`. */
export function invalidRequest(error: z.ZodError): Failure {
  const issue = error.issues[0]
  const field = issue && issue.path.length > 0 ? issue.path.join('.') : undefined
  return new Failure('invalid_request', {
    message: `${field ? `${field}: ` : ''}${issue?.message ?? failures.invalid_request.message}`,
    field,
  })
}

/** What may leave the process of any thrown thing. */
export function publicFailure(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure('internal', { cause: error })
}

/** The wire form (contracts/errors.ts). */
export const failureBody = (failure: Failure, requestId: string): FailureBody => ({
  error: {
    code: failure.code,
    message: failure.message,
    ...(failure.field !== undefined && { field: failure.field }),
    ...(failure.retryAfterSeconds !== undefined && { retry_after_s: failure.retryAfterSeconds }),
    request_id: requestId,
  },
})
