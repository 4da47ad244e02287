import { VendorFailure } from './vendor-failure.ts'

export type TryTimeouts = {
  /** From the start of a try to its first part. */
  readonly firstPartMs: number
  /** Between two pieces of an answer that has begun. */
  readonly stallMs: number
  /** For an answer that comes whole. */
  readonly wholeMs: number
}

/** The clock of one try: aborts `signal` when the provider keeps us waiting, or when the caller has gone. */
export type Deadline = {
  readonly signal: AbortSignal
  /** The answer has begun: from now on only silence counts. */
  started(): void
  /** Something whole arrived. */
  heard(): void
  /** The reader is busy (or ready again): its own slowness is not the vendor's. */
  pause(): void
  resume(): void
  stop(): void
}

/** Starts the clock of one try. Timers are reused, so a token costs no allocation. */
export const startDeadline = (
  provider: string,
  caller: AbortSignal,
  { firstMs, stallMs }: { firstMs: number; stallMs: number },
): Deadline => {
  const controller = new AbortController()
  let paused = false
  let begun = false

  const expire = (): void => {
    if (paused) return
    const what = begun ? 'stopped answering' : 'did not answer in time'
    controller.abort(new VendorFailure('timeout', `The model provider "${provider}" ${what}`))
  }
  const left = (): void => controller.abort(caller.reason)
  let timer = setTimeout(expire, firstMs)
  if (caller.aborted) left()
  else caller.addEventListener('abort', left, { once: true })

  return {
    signal: controller.signal,
    started() {
      if (begun) return
      begun = true
      clearTimeout(timer)
      timer = setTimeout(expire, stallMs)
    },
    heard() {
      if (begun) timer.refresh()
    },
    pause() {
      paused = true
    },
    resume() {
      paused = false
      if (begun) timer.refresh()
    },
    stop() {
      clearTimeout(timer)
      caller.removeEventListener('abort', left)
    },
  }
}
