import { Failure } from '@codelab/runtime/failure'
import type { FailureKind, VendorFailure } from '../providers/vendor-failure.ts'

/** Why a model of the chain gave nothing: its last failure, or `open` when its breaker let no try through. */
export type GaveUp = {
  readonly kind: FailureKind | 'open'
  readonly message: string
  readonly retryAfterMs: number | undefined
}

export const gaveUp = ({ kind, message, retryAfterMs }: VendorFailure): GaveUp => ({
  kind,
  message,
  retryAfterMs,
})

const codeFor = (reasons: readonly GaveUp[]) => {
  if (reasons.every(({ kind }) => kind === 'timeout')) return 'upstream_timeout'
  if (reasons.every(({ kind }) => kind === 'refused' || kind === 'broken')) return 'upstream_failed'
  return 'unavailable'
}

const after: Record<ReturnType<typeof codeFor>, string> = {
  upstream_timeout: 'try again, or choose another model',
  upstream_failed: 'ask whoever set up this workspace to check the provider',
  unavailable: 'try again later, or choose another model',
}

/** No model of the chain answered: 504 when all were too slow, 502 when all refused or talked nonsense, else 503. */
export const exhausted = (reasons: readonly GaveUp[]): Failure => {
  const code = codeFor(reasons)
  const waits = reasons.flatMap(({ retryAfterMs }) => retryAfterMs ?? [])
  const said = [...new Set(reasons.map(({ message }) => message))].join('. ')
  return new Failure(code, {
    message: `${said}; ${after[code]}.`,
    ...(waits.length > 0 &&
      code === 'unavailable' && {
        retryAfterSeconds: Math.max(1, Math.ceil(Math.min(...waits) / 1000)),
      }),
  })
}

/** The vendor's 400 or 422, as the caller gets it. */
export const invalidAtVendor = (failure: VendorFailure): Failure =>
  new Failure('invalid_request', { message: `${failure.message}.`, cause: failure })
