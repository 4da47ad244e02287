import { retryAfterMs } from './retry-after.ts'
import { type FailureKind, VendorFailure } from './vendor-failure.ts'

export type Answer = {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
}

/** Status → what the router should do with it. */
export const kindOfStatus = (status: number): FailureKind => {
  if (status === 400 || status === 422) return 'invalid'
  if (status === 408 || status === 504) return 'timeout'
  if (status === 429) return 'rate_limited'
  if (status >= 500) return 'overloaded'
  return 'refused'
}

const reasonIn = (text: string): string | undefined => {
  try {
    const body: unknown = JSON.parse(text)
    const error = body && typeof body === 'object' && 'error' in body ? body.error : body
    if (typeof error === 'string') return error
    if (error && typeof error === 'object' && 'message' in error) return String(error.message)
  } catch {
    // No JSON: a proxy's HTML page helps nobody.
  }
  return undefined
}

/** A vendor's refusal may quote the key or the address it was called with; neither may travel on. */
const withoutSecrets = (text: string): string =>
  text
    .replace(/(?:sk|key|pk|Bearer)[-_ ][\w*.-]{6,}/gi, '[key]')
    .replace(/https?:\/\/\S+/gi, '[address]')
    .slice(0, 500)

const sentence: Record<number, string> = {
  401: 'refused our key: check the key of this provider',
  403: 'does not allow this with our key: check what the key may use',
  404: 'does not know this model or address: check the model name and the base URL',
  413: 'finds the request too large',
}

/** The failure that a vendor's HTTP answer means; names the provider, never the key. */
export const failureOfAnswer = (provider: string, answer: Answer, now: number): VendorFailure => {
  const { status, headers, text } = answer
  const kind = kindOfStatus(status)
  const reason = reasonIn(text)
  const said = reason && kind === 'invalid' ? `: ${withoutSecrets(reason)}` : ''
  const redirect = status >= 300 && status < 400
  const what = redirect
    ? 'answered with a redirect, which is not followed: check its base URL'
    : (sentence[status] ??
      (kind === 'invalid' ? 'refused the request' : `answered with status ${status}`))
  return new VendorFailure(kind, `The model provider "${provider}" ${what}${said}`, {
    retryAfterMs: retryAfterMs(headers, now),
  })
}
