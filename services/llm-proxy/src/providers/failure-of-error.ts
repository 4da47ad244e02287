import { VendorFailure } from './vendor-failure.ts'

/** Ours, and those of `fetch`, with which the SDKs ask. */
const timeouts = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])

const codeOf = (error: unknown): string => {
  if (!error || typeof error !== 'object') return 'unknown'
  if ('code' in error && typeof error.code === 'string') return error.code
  if ('cause' in error) return codeOf(error.cause)
  return 'unknown'
}

/** How `AbortSignal.timeout` and the SDKs name it. */
const isTimeout = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'TimeoutError' || error.constructor.name === 'APIConnectionTimeoutError')

/** The failure that an error of the network means. Errors that are failures already stay as they are. */
export const failureOfError = (provider: string, error: unknown): VendorFailure => {
  if (error instanceof VendorFailure) return error
  const code = codeOf(error)
  return timeouts.has(code) || isTimeout(error)
    ? new VendorFailure('timeout', `The model provider "${provider}" did not answer in time`, {
        cause: error,
      })
    : new VendorFailure(
        'connection',
        `The connection to the model provider "${provider}" failed (${code})`,
        { cause: error },
      )
}
