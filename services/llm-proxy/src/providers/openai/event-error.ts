import { type FailureKind, VendorFailure } from '../vendor-failure.ts'

const kindOf = (code: string): FailureKind => {
  if (/rate_limit|429/.test(code)) return 'rate_limited'
  if (/invalid_request|context_length/.test(code)) return 'invalid'
  if (/auth|permission|quota|not_found/.test(code)) return 'refused'
  return 'overloaded'
}

/** The failure that an `error` inside a stream means. */
export const failureOfEvent = (provider: string, error: unknown): VendorFailure => {
  const fields: Record<string, unknown> =
    error && typeof error === 'object' ? { ...error } : { message: error }
  const code = [fields['code'], fields['type']].filter((part) => typeof part === 'string').join(' ')
  return new VendorFailure(
    kindOf(code),
    `The model provider "${provider}" reported an error while it answered${code ? ` (${code.slice(0, 80)})` : ''}`,
  )
}
