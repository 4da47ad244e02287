import { VendorFailure } from './vendor-failure.ts'

export type TryTimeouts = {
  /** From the start of a try to its first part. */
  readonly firstPartMs: number
  /** Between two pieces of an answer that has begun. */
  readonly stallMs: number
  /** For an answer that comes whole. */
  readonly wholeMs: number
}

/** The clock of one try. */
export type Deadline = {
  /** The answer has begun: from now on only silence counts. */
  started(): void
  /** Something whole arrived. */
  heard(): void
  /** The reader is busy (or ready again): its own slowness is not the vendor's. */
  pause(): void
  resume(): void
  stop(): void
}

/** Starts the clock of one try; `expired` hears when the provider kept us waiting. Timers are reused, so a token costs no allocation. */
export const startDeadline = (
  provider: string,
  { firstMs, stallMs }: { firstMs: number; stallMs: number },
  expired: (failure: VendorFailure) => void,
): Deadline => {
  let paused = false
  let begun = false

  const expire = (): void => {
    if (paused) return
    const what = begun ? 'stopped answering' : 'did not answer in time'
    expired(new VendorFailure('timeout', `The model provider "${provider}" ${what}`))
  }
  let timer = setTimeout(expire, firstMs)

  return {
    started() {
      if (begun) return
      begun = true
      if (firstMs === stallMs) return void timer.refresh()
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
    },
  }
}
