import { errors, type Account, type Configuration, type KoaContextWithOIDC } from 'oidc-provider'
import { allScopes } from '@codelab/contracts/auth'
import type { Ring } from '../keys/ring.ts'
import type { DevicePages } from '../sign-in/device-pages.ts'
import { rolesOf } from './account.ts'
import { clientMetadata } from './clients.ts'
import type { createAdapterFactory } from './adapter.ts'
import type { Resource } from './resource.ts'

export type ProviderOptions = {
  adapter: ReturnType<typeof createAdapterFactory>
  cookieKeys: readonly string[]
  resource: Resource
  passwordGrant: boolean
  refreshTokenSeconds: number
  accessTokenSeconds: number
  findAccount: (id: string) => Promise<Account | undefined>
  devicePages: DevicePages
  renderError: (ctx: KoaContextWithOIDC, out: { error: string; error_description?: string }) => void
}

/** Where oidc-provider answers; pages for people live under `/sign-in`. */
export const routes = {
  authorization: '/oauth/authorize',
  code_verification: '/sign-in/device',
  device_authorization: '/oauth/device',
  end_session: '/oauth/end-session',
  introspection: '/oauth/introspect',
  jwks: '/.well-known/jwks.json',
  revocation: '/oauth/revoke',
  token: '/oauth/token',
  userinfo: '/oauth/userinfo',
} as const

const hour = 3_600
const browserSessionSeconds = 12 * hour
const interactionSeconds = hour
const deviceCodeSeconds = 600
const codeSeconds = 60

const cookies = (keys: readonly string[]): Configuration['cookies'] => ({
  keys: [...keys],
  names: { session: 'codelab_session', interaction: 'codelab_sign_in', resume: 'codelab_resume' },
  long: { signed: true, httpOnly: true, sameSite: 'lax', path: '/' },
  short: { signed: true, httpOnly: true, sameSite: 'lax' },
})

const lifetimes = (options: ProviderOptions): Configuration['ttl'] => ({
  AccessToken: options.accessTokenSeconds,
  AuthorizationCode: codeSeconds,
  DeviceCode: deviceCodeSeconds,
  // as long as anything that was granted with it can live
  Grant: options.refreshTokenSeconds + hour,
  IdToken: options.accessTokenSeconds,
  Interaction: interactionSeconds,
  // absolute: a rotated token keeps the end of the one it replaces
  RefreshToken: (ctx) =>
    Math.max(1, ctx.oidc.entities.RotatedRefreshToken?.remainingTTL ?? options.refreshTokenSeconds),
  Session: browserSessionSeconds,
})

const features = ({ resource, devicePages }: ProviderOptions): Configuration['features'] => ({
  claimsParameter: { enabled: false },
  devInteractions: { enabled: false },
  dPoP: { enabled: false },
  pushedAuthorizationRequests: { enabled: false },
  deviceFlow: { enabled: true, charset: 'base-20', mask: '****-****', ...devicePages },
  // a public client can prove nothing but that it holds the token, so it may ask about its own tokens only (RFC 7662 §4)
  introspection: {
    enabled: true,
    allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
  },
  revocation: {
    enabled: true,
    allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
  },
  resourceIndicators: {
    enabled: true,
    defaultResource: () => resource.audience,
    getResourceServerInfo: (_ctx, indicator) => {
      if (indicator !== resource.audience) throw new errors.InvalidTarget()
      return resource.server
    },
    useGrantedResource: () => true,
  },
  rpInitiatedLogout: { enabled: false },
  userinfo: { enabled: true },
})

/** oidc-provider's configuration for one arrangement of keys. */
export const providerConfiguration = (options: ProviderOptions, ring: Ring): Configuration => ({
  adapter: options.adapter,
  allowOmittingSingleRegisteredRedirectUri: false,
  claims: { openid: ['sub', 'preferred_username', 'roles'] },
  clientBasedCORS: () => false,
  clientAuthMethods: ['none'],
  clients: clientMetadata({ passwordGrant: options.passwordGrant }),
  cookies: cookies(options.cookieKeys),
  expiresWithSession: () => false,
  extraTokenClaims: (ctx) => ({ roles: rolesOf(ctx.oidc.entities.Account) }),
  features: features(options),
  findAccount: (_ctx, id) => options.findAccount(id),
  interactions: { url: (_ctx, interaction) => `/sign-in/${interaction.uid}` },
  issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  jwks: { keys: ring.keys.map(({ jwk }) => jwk) },
  pkce: { required: () => true },
  renderError: options.renderError,
  responseTypes: ['code'],
  rotateRefreshToken: true,
  routes,
  scopes: allScopes.split(' '),
  ttl: lifetimes(options),
})
