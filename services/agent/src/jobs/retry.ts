import type { JobSettings, StoredJob } from '../turn/work.ts'

/** Codes of failures that another try may not meet. */
const passing = new Set(['unavailable', 'rate_limited', 'upstream_failed', 'upstream_timeout'])

export const mayPass = (code: string): boolean => passing.has(code)

const longestMs = 5 * 60_000

/** When a job that has just failed is tried again; undefined when it has had all its tries. */
export function nextTryAt(
  { attempts }: Pick<StoredJob, 'attempts'>,
  now: Date,
  settings: JobSettings,
): Date | undefined {
  if (attempts >= settings.attempts) return undefined
  const pause = Math.min(settings.backoffMs * 2 ** (attempts - 1), longestMs)
  return new Date(now.getTime() + pause)
}

export const retryNote = (next: number, settings: JobSettings, message: string): string =>
  `Try ${next} of ${settings.attempts} follows: ${message}`
