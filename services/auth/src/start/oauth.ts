import type { Pool } from 'pg'
import { audienceOf } from '@codelab/contracts/auth'
import type { Log } from '@codelab/runtime/log'
import type { Metrics } from '@codelab/runtime/metrics'
import type { Redis } from '@codelab/runtime/redis'
import type { Config } from '../config.ts'
import { guardDeviceCodes } from '../guard/device-codes.ts'
import { createFailures } from '../guard/failures.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { createFingerprint, createSeal } from '../keys/seal.ts'
import { createAdapterFactory } from '../provider/adapter.ts'
import { routes } from '../provider/configuration.ts'
import { createProviderObserver } from '../provider/observe.ts'
import { createPasswordGrant } from '../provider/password-grant.ts'
import { createProviderHolder } from '../provider/provider-holder.ts'
import { renderError } from '../provider/render-error.ts'
import { workspaceResource, type Resource } from '../provider/resource.ts'
import { createAccessTokenCheck } from '../routes/access-token.ts'
import { createIntrospection } from '../routes/introspection.ts'
import { createJwks } from '../routes/jwks.ts'
import { createUserinfo } from '../routes/userinfo.ts'
import { createDevicePages } from '../sign-in/device-pages.ts'
import { interactionRoutes } from '../sign-in/interaction-routes.ts'
import { createRecords } from '../store/records.ts'
import type { createPeople } from './people.ts'

type Parts = {
  config: Config
  pool: Pool
  redis: Redis
  log: Log
  metrics: Metrics
  keys: KeyRing
  people: ReturnType<typeof createPeople>
}

/** Wrong device codes from one source within ten minutes. */
const deviceGuard = { points: 10, windowSeconds: 600, prefix: 'auth:device-code' }

type Fingerprint = ReturnType<typeof createFingerprint>

function providerHolder(parts: Parts, resource: Resource, fingerprint: Fingerprint) {
  const { config, log, people } = parts
  const events = parts.metrics.counter('tokens_total', 'Refreshes, replays and revocations.', [
    'event',
  ])
  return createProviderHolder({
    issuer: config.ISSUER,
    keys: parts.keys,
    adapter: createAdapterFactory({
      records: createRecords(parts.pool),
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
}

/** All that answers: oidc-provider, and our own routes around it. */
export function createOauth(parts: Parts) {
  const { config, keys, people } = parts
  const { findAccount, findName, signIn } = people
  const resource = workspaceResource(audienceOf(config.WORKSPACE), config.ACCESS_TOKEN_TTL_S)
  const { audience } = resource
  const fingerprint = createFingerprint(config.KEY_ENCRYPTION_KEY, 'fingerprint')
  const holder = providerHolder(parts, resource, fingerprint)
  // a configuration that the library refuses ends the start, not the first request
  holder.current()
  const check = createAccessTokenCheck({ keys, issuer: config.ISSUER, audience })
  return {
    holder,
    jwks: createJwks(keys),
    userinfo: createUserinfo({ check, findAccount }),
    introspection: createIntrospection({ holder, check, findAccount }),
    interactions: interactionRoutes({ holder, signIn, audience, findName, fingerprint }),
    guardDeviceCodes: guardDeviceCodes({
      failures: createFailures({ redis: parts.redis, ...deviceGuard }),
      limit: deviceGuard.points,
      path: routes.code_verification,
    }),
  }
}
