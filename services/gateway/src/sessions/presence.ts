import type { SessionRecord, SessionStore } from './session-store.ts'

/** What is not a message renews at most once in so long, or four times per life of a short-lived key. */
const renewEveryMs = 10_000

export type Presence = ReturnType<typeof createPresence>

/**
 * Keeps one socket's session alive in Redis while it is used. A missing key is written again unless `isExpired` (PostgreSQL's last
 * activity, asked through the agent) says that the session has ended. Redis being away changes nothing.
 */
export function createPresence({
  store,
  sessionId,
  record,
  ttlSeconds,
  isExpired,
  writtenAt,
  now,
}: {
  store: SessionStore
  sessionId: string
  /** What to write: asked each time, since another socket may be the newest by then. */
  record: () => SessionRecord
  ttlSeconds: number
  isExpired: () => Promise<boolean>
  /** When the key was written at the socket's opening, by `now`. */
  writtenAt: number
  now: () => number
}) {
  const everyMs = Math.min(renewEveryMs, (ttlSeconds * 1000) / 4)
  let renewedAt = writtenAt
  let renewing: Promise<boolean> | undefined

  const renew = async (): Promise<boolean> => {
    const presence = await store.renew(sessionId)
    if (presence !== 'missing') return true
    if (await isExpired()) return false
    await store.write(sessionId, record())
    return true
  }

  return {
    /** PostgreSQL's word, whatever Redis still holds. */
    isExpired,
    /** To be awaited before a frame is handled; false: the session has expired. `always` renews whenever the last time was. */
    async use({ always }: { always: boolean }): Promise<boolean> {
      if (!always && !renewing && now() - renewedAt < everyMs) return true
      renewing ??= renew().finally(() => {
        renewing = undefined
      })
      const alive = await renewing
      if (alive) renewedAt = now()
      return alive
    },
  }
}
