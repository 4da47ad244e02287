/** setTimeout's longest wait; tokens that live longer are looked at again then. */
const longestWaitMs = 2_147_483_647

export type TokenWatch = ReturnType<typeof createTokenWatch>

/**
 * Watches the token of an open socket: `onExpired` at its end, `onOver` when no other has come `graceMs` later.
 * `replace` gives it a new token's end; `isExpired` asks the clock itself, so that a late timer lets nothing through.
 */
export function createTokenWatch({
  expiresAt: firstExpiresAt,
  graceMs,
  now,
  onExpired,
  onOver,
}: {
  /** Milliseconds of the epoch. */
  expiresAt: number
  graceMs: number
  now: () => number
  onExpired: () => void
  onOver: () => void
}) {
  let expiresAt = firstExpiresAt
  let told = false
  let timer: NodeJS.Timeout

  const look = () => {
    const instant = now()
    if (instant < expiresAt) return schedule(expiresAt - instant)
    if (instant >= expiresAt + graceMs) return onOver()
    if (!told) {
      told = true
      onExpired()
    }
    schedule(expiresAt + graceMs - instant)
  }
  const schedule = (waitMs: number) => {
    timer = setTimeout(look, Math.min(Math.ceil(waitMs), longestWaitMs))
  }
  schedule(expiresAt - now())

  return {
    isExpired: () => now() >= expiresAt,
    replace(nextExpiresAt: number): void {
      clearTimeout(timer)
      expiresAt = nextExpiresAt
      told = false
      schedule(expiresAt - now())
    },
    stop: () => clearTimeout(timer),
  }
}
