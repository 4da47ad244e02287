import { type FailureKind, VendorFailure } from '../vendor-failure.ts'

const kinds: Record<string, FailureKind> = {
  invalid_request_error: 'invalid',
  request_too_large: 'refused',
  authentication_error: 'refused',
  billing_error: 'refused',
  permission_error: 'refused',
  not_found_error: 'refused',
  rate_limit_error: 'rate_limited',
  timeout_error: 'timeout',
}

/** The failure that an `error` event means; `overloaded_error`, `api_error` and any new one are the vendor's own trouble. */
export const failureOfEvent = (provider: string, type: string | undefined): VendorFailure =>
  new VendorFailure(
    kinds[type ?? ''] ?? 'overloaded',
    `The model provider "${provider}" reported an error while it answered${type ? ` (${type.slice(0, 80)})` : ''}`,
  )
