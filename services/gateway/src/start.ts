import { randomUUIDv7 } from 'node:crypto'
import { once } from 'node:events'
import { audienceOf } from '@codelab/contracts/auth'
import { createLog, type Log } from '@codelab/runtime/log'
import { createMetrics } from '@codelab/runtime/metrics'
import type { Drain, Running } from '@codelab/runtime/process'
import { createRedis, type Redis } from '@codelab/runtime/redis'
import { rememberVerified } from '@codelab/runtime/remembered-token'
import { listen, startAdmin, type Listening } from '@codelab/runtime/serve'
import { createTokenVerifier } from '@codelab/runtime/token'
import { createTracing } from '@codelab/runtime/tracing'
import { createGatewayApp } from './app.ts'
import { createAgent } from './clients/agent.ts'
import type { Config } from './config.ts'
import { createLimiters } from './limits/limiter.ts'
import { createForwards } from './proxy/forwards.ts'
import { createHealthCheck, mountHealth } from './routes/health.ts'
import { mountDiscovery } from './routes/discovery.ts'
import { proxied } from './routes/proxied.ts'
import { restHandlers } from './routes/rest.ts'
import { createSessionStore } from './sessions/session-store.ts'
import { createSocketMetrics } from './socket/metrics.ts'
import { forTheWorkspace, ofAPerson } from './socket/people.ts'
import { createSocketRegistry } from './socket/registry.ts'
import { socketSettings } from './socket/settings.ts'
import { createSockets } from './socket/sockets.ts'
import { createUpgrade, takeUpgrades } from './socket/upgrade.ts'
import { within } from './within.ts'

const redisPatienceMs = 2_000
/** How long requests under way have to come to their end. */
const finishMs = 3_000

/** Redis gets a moment to answer before the first client does; without it everything works, only slower. */
async function firstContact(redis: Redis, log: Log): Promise<void> {
  if (redis.status !== 'ready')
    await within(
      redisPatienceMs,
      once(redis, 'ready').catch(() => {}),
    )
  if (redis.status !== 'ready') log.warn('redis does not answer; starting without it')
}

/** Builds the gateway out of its settings and listens. */
export async function start(config: Config): Promise<Running> {
  const log = createLog({ service: 'gateway', level: config.LOG_LEVEL })
  const metrics = createMetrics('gateway')
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT
  const tracing = createTracing({ service: 'gateway', endpoint, log })
  const redis = createRedis({ url: config.REDIS_URL, log, name: 'gateway' })
  const agent = createAgent({
    url: config.AGENT_URL,
    token: config.INTERNAL_SERVICE_TOKEN,
    timeoutMs: config.AGENT_TIMEOUT_MS,
    metrics,
  })
  const store = createSessionStore({ redis, ttlSeconds: config.SESSION_TTL_S, log, metrics })
  const verify = ofAPerson(
    rememberVerified(
      createTokenVerifier({
        jwksUrl: `${config.AUTH_URL}/.well-known/jwks.json`,
        issuer: config.ISSUER,
        audience: audienceOf(config.WORKSPACE),
        cacheSeconds: config.JWKS_CACHE_S,
        log,
      }),
    ),
  )
  const limiter = createLimiters({ redis, metrics })
  const limiters = {
    session: limiter('session_messages', config.SESSION_MESSAGES_PER_MINUTE),
    user: limiter('user_messages', config.USER_MESSAGES_PER_MINUTE),
  }
  const forwards = createForwards(config)
  const registry = createSocketRegistry({ maxPerUser: config.MAX_CONNECTIONS_PER_USER })
  let stopping = false
  const isReady = () => !stopping

  const app = createGatewayApp({
    parts: { log, metrics, tracing },
    passOn: proxied({ forwards, metrics, log }),
    mountOpen(router) {
      mountHealth(router, {
        check: createHealthCheck({ agentUrl: config.AGENT_URL, redis }),
        isReady,
      })
      mountDiscovery(router, { issuer: config.ISSUER })
    },
    handlers: restHandlers({ agent, store, limiters }),
    verify,
    requestLimiter: limiter('requests', config.REQUESTS_PER_MINUTE),
  })
  const sockets = createSockets(app, {
    agent,
    verify: forTheWorkspace(verify),
    store,
    registry,
    limiters,
    settings: socketSettings(config),
    metrics: createSocketMetrics(metrics, registry.size),
    tracing,
    log,
    newId: randomUUIDv7,
    now: Date.now,
  })
  let front: Listening | undefined
  let admin: Listening | undefined
  const stop = async (drain?: Drain) => {
    stopping = true
    // Sockets are told to come back when this instance takes no new ones any more.
    if (drain) await front?.leave(drain.leaveMs)
    await Promise.all([sockets.stop(), front?.close(drain?.finishMs ?? finishMs)])
    redis.disconnect()
    await Promise.all([agent.close(), forwards.auth.close(), forwards.llm_proxy.close()])
    await tracing.stop()
    await admin?.close(0)
  }

  try {
    await firstContact(redis, log)
    front = await listen(app.callback(), {
      host: config.GATEWAY_HOST,
      port: config.GATEWAY_PORT,
      name: 'the gateway',
    })
    takeUpgrades(
      front,
      createUpgrade({
        webSockets: sockets.server,
        allowedOrigins: config.ALLOWED_ORIGINS,
        limiter: limiter('upgrades', config.UPGRADES_PER_MINUTE),
        trustedHops: config.TRUSTED_PROXY_HOPS,
        isStopping: () => stopping,
        newId: randomUUIDv7,
      }),
    )
    admin = await startAdmin({
      host: config.ADMIN_HOST,
      port: config.ADMIN_PORT,
      metrics,
      ready: isReady,
    })
    return { url: front.url, adminUrl: admin.url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
