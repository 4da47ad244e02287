import type { FailureCode } from '@codelab/contracts/errors'
import type { EngineReason, Problem } from '@codelab/contracts/engine-ui/failures'
import { Failure, publicFailure } from '@codelab/runtime/failure'

type Details = NonNullable<ConstructorParameters<typeof Failure>[1]> & {
  /** The server's address or the folder's path, for the page's own words. */
  readonly place?: string
}

/** A failure with the reason by which a page finds its own words for it. */
export class EngineFailure extends Failure {
  readonly reason: EngineReason
  readonly place: string | undefined

  constructor(code: FailureCode, reason: EngineReason, { place, ...details }: Details) {
    super(code, details)
    this.reason = reason
    this.place = place
  }
}

/** The reason of a failure, if it has one. */
export const reasonOf = (error: unknown): EngineReason | undefined =>
  error instanceof EngineFailure ? error.reason : undefined

/** Where a failure happened, if it says so. */
export const placeOf = (error: unknown): string | undefined =>
  error instanceof EngineFailure ? error.place : undefined

/** Any thrown thing as events and states tell it; what is no failure of ours says nothing of itself. */
export function problemOf(error: unknown): Problem {
  const failure = publicFailure(error)
  const reason = reasonOf(error)
  const place = placeOf(error)
  return {
    code: failure.code,
    message: failure.message,
    ...(reason && { reason }),
    ...(place !== undefined && { place }),
    ...(failure.retryAfterSeconds !== undefined && { retry_after_s: failure.retryAfterSeconds }),
  }
}
