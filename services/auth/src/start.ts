import { audienceOf } from '@codelab/contracts/auth'
import { createApp } from '@codelab/runtime/app'
import { createLog } from '@codelab/runtime/log'
import { createMetrics } from '@codelab/runtime/metrics'
import type { Running } from '@codelab/runtime/process'
import { listen, startAdmin } from '@codelab/runtime/serve'
import { createTracing } from '@codelab/runtime/tracing'
import { composeApp } from './app.ts'
import type { Config } from './config.ts'
import { createFailures } from './guard/failures.ts'
import { guardDeviceCodes } from './guard/device-codes.ts'
import { createFingerprint, createSeal } from './keys/seal.ts'
import { createAdapterFactory } from './provider/adapter.ts'
import { routes } from './provider/configuration.ts'
import { createProviderObserver } from './provider/observe.ts'
import { createPasswordGrant } from './provider/password-grant.ts'
import { createProviderHolder } from './provider/provider-holder.ts'
import { renderError } from './provider/render-error.ts'
import { workspaceResource } from './provider/resource.ts'
import { createAccessTokenCheck } from './routes/access-token.ts'
import { addressTest, knowCaller } from './routes/caller.ts'
import { createIntrospection } from './routes/introspection.ts'
import { createUserinfo } from './routes/userinfo.ts'
import { createDevicePages } from './sign-in/device-pages.ts'
import { interactionRoutes } from './sign-in/interaction-routes.ts'
import { openStores } from './start/stores.ts'
import { openKeys } from './start/keys.ts'
import { createPeople } from './start/people.ts'
import { startSweeping } from './store/sweep.ts'
import { createRecords } from './store/records.ts'

const sweepSeconds = 60
/** Wrong device codes from one source within ten minutes. */
const deviceGuard = { points: 10, windowSeconds: 600, prefix: 'auth:device-code' }

/** Starts the service: waits for PostgreSQL, goes on without Redis. Everything it opened is closed again when it cannot start. */
export async function start(config: Config): Promise<Running> {
  const isTrusted = addressTest(config.TRUSTED_PROXIES)
  const log = createLog({ service: 'auth', level: config.LOG_LEVEL })
  const metrics = createMetrics('auth')
  await using opened = new AsyncDisposableStack()

  const tracing = createTracing({
    service: 'auth',
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    log,
  })
  opened.defer(() => tracing.stop())

  let isReady: () => Promise<boolean> = async () => false
  const admin = await startAdmin({
    host: config.ADMIN_HOST,
    port: config.ADMIN_PORT,
    metrics,
    ready: () => isReady(),
  })
  opened.defer(() => admin.close(500))

  const { pool, redis, store } = await openStores(config, log, opened)
  const people = createPeople({ config, store, pool, redis, metrics })
  const keys = await openKeys({ config, pool, log, metrics, audit: people.audit })
  opened.defer(() => keys.stop())

  const resource = workspaceResource(audienceOf(config.WORKSPACE), config.ACCESS_TOKEN_TTL_S)
  const fingerprint = createFingerprint(config.KEY_ENCRYPTION_KEY, 'fingerprint')
  const events = metrics.counter('tokens_total', 'Refreshes, replays and revocations.', ['event'])
  const holder = createProviderHolder({
    issuer: config.ISSUER,
    keys,
    adapter: createAdapterFactory({
      records: createRecords(pool),
      fingerprint,
      seal: createSeal(config.KEY_ENCRYPTION_KEY, 'records'),
    }),
    cookieKeys: config.COOKIE_KEYS,
    resource,
    passwordGrant: config.PASSWORD_GRANT,
    passwordHandler: createPasswordGrant({ signIn: people.signIn, resource, now: Date.now }),
    refreshTokenSeconds: config.REFRESH_TOKEN_TTL_S,
    accessTokenSeconds: config.ACCESS_TOKEN_TTL_S,
    findAccount: people.findAccount,
    devicePages: createDevicePages({
      action: routes.code_verification,
      missed: (ctx) => void (ctx.state['codeMissed'] = true),
    }),
    renderError,
    observe: createProviderObserver({
      audit: people.audit,
      log,
      count: (event) => events.inc({ event }),
    }),
  })
  holder.current()

  const check = createAccessTokenCheck({ keys, issuer: config.ISSUER, audience: resource.audience })
  const findAccount = people.findAccount
  const app = createApp({
    log,
    metrics,
    tracing,
    trustIds: config.TRUSTED_PROXIES.length > 0,
    trustProxy: true,
  })
  composeApp({
    app,
    log,
    cookieKeys: config.COOKIE_KEYS,
    knowCaller: knowCaller({
      issuer: config.ISSUER,
      isTrusted,
      forwardedToken: config.FORWARDED_TOKEN,
    }),
    holder,
    userinfo: createUserinfo({ check, findAccount }),
    introspection: createIntrospection({ holder, check, findAccount }),
    interactions: interactionRoutes({
      holder,
      signIn: people.signIn,
      audience: resource.audience,
      findName: people.findName,
      fingerprint,
    }),
    guardDeviceCodes: guardDeviceCodes({
      failures: createFailures({ redis, ...deviceGuard }),
      limit: deviceGuard.points,
      path: routes.code_verification,
    }),
  })
  const server = await listen(app.callback(), {
    host: config.AUTH_HOST,
    port: config.AUTH_PORT,
    name: 'auth',
  })
  opened.defer(() => server.close())
  const sweeping = startSweeping({
    pool,
    log,
    auditDays: config.AUDIT_RETENTION_DAYS,
    everySeconds: sweepSeconds,
  })
  opened.defer(() => sweeping.stop())

  isReady = async () => (await pool.query('select 1')).rowCount === 1
  log.info({ issuer: config.ISSUER, workspace: config.WORKSPACE, url: server.url }, 'auth answers')
  const toStop = opened.move()
  return { url: server.url, adminUrl: admin.url, stop: () => toStop.disposeAsync() }
}
