import type { FailureCode } from '@codelab/contracts/errors'
import type { EngineReason, Problem } from '@codelab/contracts/engine-ui/failures'
import { Failure, publicFailure } from '@codelab/runtime/failure'

type Details = ConstructorParameters<typeof Failure>[1]

/** A failure with the reason by which a page finds its own words for it. */
export class EngineFailure extends Failure {
  readonly reason: EngineReason

  constructor(code: FailureCode, reason: EngineReason, details: NonNullable<Details>) {
    super(code, details)
    this.reason = reason
  }
}

/** The reason of a failure, if it has one. */
export const reasonOf = (error: unknown): EngineReason | undefined =>
  error instanceof EngineFailure ? error.reason : undefined

/** Any thrown thing as events and states tell it; what is no failure of ours says nothing of itself. */
export function problemOf(error: unknown): Problem {
  const failure = publicFailure(error)
  const reason = reasonOf(error)
  return {
    code: failure.code,
    message: failure.message,
    ...(reason && { reason }),
    ...(failure.retryAfterSeconds !== undefined && { retry_after_s: failure.retryAfterSeconds }),
  }
}
