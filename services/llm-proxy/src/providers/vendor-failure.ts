/** What went wrong with one try at a vendor, in the words the router decides by. */
export type FailureKind =
  | 'timeout'
  | 'connection'
  | 'overloaded'
  | 'rate_limited'
  | 'broken'
  | 'refused'
  | 'invalid'

/**
 * One failed try. `timeout`, `connection`, `overloaded` (5xx), `rate_limited` and `broken` (a stream without its end mark) are worth another try;
 * `refused` (bad key, unknown model) is worth another model; `invalid` (400, 422) is the request's own fault.
 */
export class VendorFailure extends Error {
  readonly kind: FailureKind
  readonly retryAfterMs: number | undefined

  constructor(
    kind: FailureKind,
    message: string,
    options: { retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'VendorFailure'
    this.kind = kind
    this.retryAfterMs = options.retryAfterMs
  }
}

/** Whether the same model may be tried again. */
export const isRetryable = (kind: FailureKind): boolean => kind !== 'refused' && kind !== 'invalid'
