import { createApp } from '@codelab/runtime/app'
import { createLog } from '@codelab/runtime/log'
import { createMetrics } from '@codelab/runtime/metrics'
import type { Running } from '@codelab/runtime/process'
import { listen, startAdmin } from '@codelab/runtime/serve'
import { createTracing } from '@codelab/runtime/tracing'
import { composeApp } from './app.ts'
import type { Config } from './config.ts'
import { addressTest, knowCaller } from './routes/caller.ts'
import { openKeys } from './start/keys.ts'
import { createOauth } from './start/oauth.ts'
import { createPeople } from './start/people.ts'
import { openStores } from './start/stores.ts'
import { startSweeping } from './store/sweep.ts'

const sweepSeconds = 60

/** Starts the service: waits for PostgreSQL, goes on without Redis. Everything it opened is closed again when it cannot start. */
export async function start(config: Config): Promise<Running> {
  const isTrusted = addressTest(config.TRUSTED_PROXIES)
  const log = createLog({ service: 'auth', level: config.LOG_LEVEL })
  const metrics = createMetrics('auth')
  await using opened = new AsyncDisposableStack()

  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT
  const tracing = createTracing({ service: 'auth', endpoint, log })
  opened.defer(() => tracing.stop())

  let isReady = false
  const admin = await startAdmin({
    host: config.ADMIN_HOST,
    port: config.ADMIN_PORT,
    metrics,
    // Once started, readiness does not depend on others: without PostgreSQL requests are answered 503.
    ready: () => isReady,
  })
  opened.defer(() => admin.close(500))

  const { pool, redis, store } = await openStores(config, log, opened)
  const people = createPeople({ config, store, pool, redis, metrics })
  opened.defer(() => people.stop())
  const keys = await openKeys({ config, pool, log, metrics, audit: people.audit })
  opened.defer(() => keys.stop())

  const trustIds = config.TRUSTED_PROXIES.length > 0
  const app = createApp({ log, metrics, tracing, trustIds, trustProxy: true })
  composeApp({
    app,
    log,
    cookieKeys: config.COOKIE_KEYS,
    knowCaller: knowCaller({
      issuer: config.ISSUER,
      isTrusted,
      forwardedToken: config.FORWARDED_TOKEN,
    }),
    ...createOauth({ config, pool, redis, log, metrics, keys, people }),
  })
  const server = await listen(app.callback(), {
    host: config.AUTH_HOST,
    port: config.AUTH_PORT,
    name: 'auth',
  })
  opened.defer(() => server.close())
  const auditDays = config.AUDIT_RETENTION_DAYS
  const sweeping = startSweeping({ pool, log, auditDays, everySeconds: sweepSeconds })
  opened.defer(() => sweeping.stop())

  isReady = true
  log.info({ issuer: config.ISSUER, workspace: config.WORKSPACE, url: server.url }, 'auth answers')
  const toStop = opened.move()
  return {
    url: server.url,
    adminUrl: admin.url,
    async stop(drain) {
      isReady = false
      if (drain) await server.leave(drain.leaveMs)
      await toStop.disposeAsync()
    },
  }
}
