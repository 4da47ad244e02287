import { failureOfError } from './failure-of-error.ts'
import { failureOfAnswer } from './failure-of-answer.ts'

const numberIn = (error: object, name: string): number | undefined => {
  const value = (error as Record<string, unknown>)[name]
  return typeof value === 'number' ? value : undefined
}

const headersIn = (error: object): Record<string, string> =>
  'headers' in error && error.headers instanceof Headers
    ? Object.fromEntries(error.headers.entries())
    : {}

/** The failure that an error of a vendor's SDK means; the caller's leave passes as it is. */
export const failureOfSdk = (
  provider: string,
  error: unknown,
  { signal, now }: { signal: AbortSignal; now: number },
): unknown => {
  if (signal.aborted) return signal.reason
  if (!error || typeof error !== 'object') return failureOfError(provider, error)
  const status = numberIn(error, 'status') ?? numberIn(error, 'status_code')
  if (status === undefined) return failureOfError(provider, error)
  const reason = 'error' in error ? error.error : undefined
  return failureOfAnswer(
    provider,
    { status, headers: headersIn(error), text: JSON.stringify({ error: reason }) ?? '' },
    now,
  )
}
