import type { Log } from '@codelab/runtime/log'
import type { Metrics } from '@codelab/runtime/metrics'
import type { Redis } from '@codelab/runtime/redis'

/** What `session:{id}` holds in Redis. */
export type SessionRecord = {
  readonly user_id: string
  /** The newest socket's. */
  readonly ws_connection_id: string
  readonly created_at: string
}

/** `unknown`: Redis did not answer. */
export type Presence = 'present' | 'missing' | 'unknown'

export type SessionStore = ReturnType<typeof createSessionStore>

const keyOf = (sessionId: string) => `session:${sessionId}`

/** The live state of sessions. Redis may vanish at any instant, so nothing here fails: what cannot be written is counted and written again by later activity. */
export function createSessionStore({
  redis,
  ttlSeconds,
  log,
  metrics,
}: {
  redis: Redis
  ttlSeconds: number
  log: Log
  metrics: Metrics
}) {
  const failures = metrics.counter('session_store_failures_total', 'Redis commands that failed.')
  const orWhenAway = async <Value>(command: Promise<Value>, away: Value): Promise<Value> => {
    try {
      return await command
    } catch (error) {
      failures.inc()
      log.debug({ err: error }, 'session state could not be reached in redis')
      return away
    }
  }

  return {
    async write(sessionId: string, record: SessionRecord): Promise<void> {
      await orWhenAway<unknown>(
        redis.set(keyOf(sessionId), JSON.stringify(record), 'EX', ttlSeconds),
        undefined,
      )
    },
    /** Renews the time to live. */
    async renew(sessionId: string): Promise<Presence> {
      const renewed = await orWhenAway<number>(redis.expire(keyOf(sessionId), ttlSeconds), -1)
      if (renewed === -1) return 'unknown'
      return renewed === 1 ? 'present' : 'missing'
    },
    async forget(sessionId: string): Promise<void> {
      await orWhenAway<unknown>(redis.del(keyOf(sessionId)), undefined)
    },
  }
}
