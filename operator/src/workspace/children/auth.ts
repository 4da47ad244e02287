import type { Build, Workload } from '../child.ts'
import { secretNames } from '../names.ts'
import { processes } from '../processes.ts'
import { secondsOf } from '../duration.ts'
import {
  databaseVariables,
  forwardedToken,
  plain,
  redisVariables,
  secret,
  tokenVariables,
} from './environment.ts'
import { processFor } from './process.ts'

/**
 * Sign-in and users. The gateway's pods have no fixed addresses, so any peer may say whom it calls for,
 * as long as it also shows the token that only the gateway has.
 */
export const authFor: Build<Workload> = (workspace, observed, settings) => {
  const { accessTokenTTL, refreshTokenTTL, passwordGrant } = workspace.spec.auth
  const name = secretNames(workspace).auth
  return processFor(workspace, observed, settings, {
    process: 'auth',
    variables: [
      plain('AUTH_HOST', '0.0.0.0'),
      plain('AUTH_PORT', processes.auth.port!),
      ...databaseVariables(workspace),
      ...redisVariables(workspace),
      ...tokenVariables(workspace),
      secret('KEY_ENCRYPTION_KEY', { name, key: 'keyEncryptionKey' }),
      secret('COOKIE_KEYS', { name, key: 'cookieKeys' }),
      plain('ACCESS_TOKEN_TTL_S', secondsOf(accessTokenTTL)),
      plain('REFRESH_TOKEN_TTL_S', secondsOf(refreshTokenTTL)),
      plain('PASSWORD_GRANT', passwordGrant),
      plain('TRUSTED_PROXIES', '0.0.0.0/0,::/0'),
      forwardedToken(workspace),
      // The memory of a password hash goes back to the system at once instead of staying with each thread.
      plain('MALLOC_MMAP_THRESHOLD_', 1_048_576),
    ],
  })
}
