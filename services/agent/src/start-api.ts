import { createTieredCache } from '@codelab/runtime/cache'
import { Failure } from '@codelab/runtime/failure'
import type { Drain } from '@codelab/runtime/process'
import { listen } from '@codelab/runtime/serve'
import { createAgentApp } from './app.ts'
import type { Config } from './config.ts'
import { startSweeper } from './jobs/sweeper.ts'
import { createConnections } from './log/connections.ts'
import { createPoller } from './log/poller.ts'
import { healthHandler } from './routes/health.ts'
import type { Shared } from './start-shared.ts'
import { markClaimsGone, renewClaims } from './store/claims.ts'
import { foreignSession } from './store/session-work.ts'
import { readLogEnds } from './store/stream-start.ts'

const claimsEveryMs = 10_000
/** Short: another instance's memory cannot be told that a session was deleted. */
const ownerMemorySeconds = 60

/** The role `api`: answers calls and streams. */
export async function startApi(
  config: Config,
  shared: Shared,
): Promise<{ url: string; stop(drain?: Drain): Promise<void> }> {
  const { pool, log, metrics, bus, redis } = shared
  const stopping = new AbortController()
  // An owner never changes, so the three levels can only be late about a deletion.
  const owners = createTieredCache<string>({
    name: 'session_owner',
    ttlSeconds: config.CACHE_TTL_S,
    memorySeconds: ownerMemorySeconds,
    max: 10_000,
    redis,
    metrics,
    async load(sessionId) {
      const { rows } = await pool.query<{ user_id: string }>(
        'select user_id from session_head where session_id = $1',
        [sessionId],
      )
      return rows[0]?.user_id
    },
  })
  const mayRead = async (sessionId: string, userId: string | undefined) => {
    const owner = await owners.get(sessionId)
    if (owner === undefined) {
      throw new Failure('not_found', { message: `There is no session ${sessionId}.` })
    }
    if (userId !== undefined && owner !== userId) throw foreignSession()
  }
  const connections = createConnections({
    renew: (ids) => renewClaims(pool, ids, new Date()),
    gone: (id) => markClaimsGone(pool, id),
    onError: (error) => log.warn({ err: error }, 'claims cannot be noted'),
  })
  const streams = metrics.gauge('streams_open', 'Streams of sessions under way.')
  const app = createAgentApp({
    app: shared,
    token: config.INTERNAL_SERVICE_TOKEN,
    health: healthHandler({
      llm_proxy: () => shared.llm.models(),
      postgres: () => pool.query('select 1'),
      redis: () => redis.ping(),
    }),
    routes: {
      ...shared,
      mayRead,
      forgetOwner: (id) => owners.drop(id),
      connections,
      historyLimit: config.HISTORY_LIMIT,
      keepAliveMs: config.STREAM_KEEP_ALIVE_MS,
      now: () => new Date(),
      stopping: stopping.signal,
      streams,
      onStreamError: (error) => log.error({ err: error }, 'a stream broke'),
    },
  })
  const poller = createPoller({ bus, ends: (ids) => readLogEnds(pool, ids), log })
  const sweeper = startSweeper(
    [{ name: 'claims', everyMs: claimsEveryMs, run: () => connections.renewAll() }],
    log,
  )
  const listening = await listen(app.callback(), {
    host: config.AGENT_HOST,
    port: config.AGENT_PORT,
    name: 'the agent',
  })
  return {
    url: listening.url,
    async stop(drain) {
      if (drain) await listening.leave(drain.leaveMs)
      // Streams end in form: their readers go on at another instance, after the last frame they have seen.
      stopping.abort()
      await listening.close(drain?.finishMs)
      poller.stop()
      await sweeper.stop()
    },
  }
}
