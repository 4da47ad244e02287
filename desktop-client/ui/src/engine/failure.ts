import type { FailureCode } from '@codelab/contracts/errors'
import type { EngineReason } from '@codelab/contracts/engine-ui/failures'

type Told = {
  readonly code: FailureCode
  readonly message: string
  readonly reason?: EngineReason | undefined
  readonly place?: string | undefined
  readonly field?: string | undefined
  readonly retry_after_s?: number | undefined
}

/** What the engine could not do, as it said it. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure'
  readonly code: FailureCode
  readonly reason: EngineReason | undefined
  readonly place: string | undefined
  readonly field: string | undefined
  readonly retry_after_s: number | undefined

  constructor(told: Told, options?: ErrorOptions) {
    super(told.message, options)
    this.code = told.code
    this.reason = told.reason
    this.place = told.place
    this.field = told.field
    this.retry_after_s = told.retry_after_s
  }
}
