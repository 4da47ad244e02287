import type { Log } from '@codelab/runtime/log'

export type Lease = {
  /** Aborted when the session has another holder or its turn was cancelled. */
  readonly signal: AbortSignal
  readonly lose: () => void
  readonly release: () => void
}

export type LeaseKeeper = ReturnType<typeof createLeaseKeeper>

/** Keeps all leases of a worker alive with one statement per beat and tells each step at once when it has lost its own. */
export function createLeaseKeeper({
  renew,
  log,
  beatMs = 500,
}: {
  /** Only what is held: a lease that a failed statement left behind must run out. */
  renew: (sessionIds: string[]) => Promise<Map<string, number>>
  log: Log
  beatMs?: number
}) {
  type Held = { fence: number; lost: AbortController; since: number }
  const held = new Map<string, Held>()
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const beat = async () => {
    if (held.size === 0) return
    const asked = performance.now()
    const alive = await renew([...held.keys()])
    for (const [sessionId, lease] of held) {
      // One taken while the statement ran may be missing from its answer.
      if (lease.since < asked && alive.get(sessionId) !== lease.fence) lease.lost.abort()
    }
  }
  const tick = () => {
    beat()
      .catch((error: unknown) => log.warn({ err: error }, 'leases cannot be renewed'))
      .finally(() => {
        if (!stopped) timer = setTimeout(tick, beatMs)
      })
  }
  timer = setTimeout(tick, beatMs)

  return {
    hold(sessionId: string, fence: number): Lease {
      const lost = new AbortController()
      const lease = { fence, lost, since: performance.now() }
      held.set(sessionId, lease)
      return {
        signal: lost.signal,
        lose: () => lost.abort(),
        release() {
          if (held.get(sessionId) === lease) held.delete(sessionId)
        },
      }
    },
    /** The session's fence was raised in this process: a step below it stops at once, and not only at the next beat. */
    fenced(sessionId: string, fence: number) {
      const lease = held.get(sessionId)
      if (lease && lease.fence < fence) lease.lost.abort()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
