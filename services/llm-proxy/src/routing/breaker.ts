/** `closed` lets tries through, `open` none, `half_open` one at a time. */
export type BreakerState = 'closed' | 'half_open' | 'open'

/** Leave for one try. Exactly one of its three ends must be called. */
export type Permit = {
  succeeded(): void
  failed(): void
  /** The try said nothing about the provider: the caller left, or the request itself was wrong. */
  released(): void
}

export type Breaker = {
  readonly state: BreakerState
  /** Undefined while no try may be made. */
  enter(): Permit | undefined
  /** An answer that had begun came to its end, or was broken off by the vendor: as many of those in a row open it too. */
  finished(): void
  broke(): void
  /** Until the next probe, in ms; 0 unless open. */
  readonly waitMs: number
}

/**
 * A breaker for one model of one provider. cockatiel's was tried and does not fit: it parks callers behind the half-open probe instead of
 * turning them away to the fallback, counts a caller's leave during the probe as success, and asks the wall clock itself.
 */
export const createBreaker = ({
  failures: threshold,
  recoveryMs,
  now,
  onChange = () => {},
}: {
  failures: number
  recoveryMs: number
  now: () => number
  onChange?: (state: BreakerState) => void
}): Breaker => {
  let failures = 0
  let breaks = 0
  let openedAt: number | undefined
  let probing = false

  const state = (): BreakerState => {
    if (openedAt === undefined) return 'closed'
    return now() - openedAt >= recoveryMs ? 'half_open' : 'open'
  }

  const close = (): void => {
    const wasOpen = openedAt !== undefined
    failures = 0
    // A first part is no whole answer: when those break off, the next one that does is enough.
    breaks = Math.min(breaks, threshold - 1)
    openedAt = undefined
    if (wasOpen) onChange('closed')
  }

  const open = (): void => {
    openedAt = now()
    onChange('open')
  }

  const permit = (probe: boolean): Permit => {
    const leave = (): void => {
      if (probe) probing = false
    }
    return {
      succeeded() {
        leave()
        // A try that began before the breaker opened does not close it: the probe decides.
        if (probe || openedAt === undefined) close()
      },
      failed() {
        leave()
        failures += 1
        if (probe || (openedAt === undefined && failures >= threshold)) open()
      },
      released: leave,
    }
  }

  return {
    get state() {
      return state()
    },
    get waitMs() {
      return openedAt === undefined ? 0 : Math.max(0, openedAt + recoveryMs - now())
    },
    finished() {
      breaks = 0
    },
    broke() {
      breaks += 1
      if (openedAt === undefined && breaks >= threshold) open()
    },
    enter() {
      const current = state()
      if (current === 'closed') return permit(false)
      if (current === 'open' || probing) return undefined
      probing = true
      onChange('half_open')
      return permit(true)
    },
  }
}
