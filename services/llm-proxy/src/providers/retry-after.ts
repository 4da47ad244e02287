type Headers = Record<string, string | string[] | undefined>

const first = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value

/** How long a vendor asks us to wait, in ms: `retry-after-ms`, or Retry-After as seconds or as a date (RFC 9110 §10.2.3). */
export const retryAfterMs = (headers: Headers, now: number): number | undefined => {
  const milliseconds = Number(first(headers['retry-after-ms']) ?? Number.NaN)
  if (milliseconds >= 0) return milliseconds
  const value = first(headers['retry-after'])?.trim()
  if (!value) return undefined
  if (/^\d+(?:\.\d+)?$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
