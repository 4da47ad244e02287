import type { ResourceServer } from 'oidc-provider'
import { allScopes } from '@codelab/contracts/auth'

/** The one thing that access tokens are for: this workspace. */
export type Resource = { readonly audience: string; readonly server: ResourceServer }

/** Every access token is a JWT for the workspace's audience and keeps all scopes that were granted. */
export const workspaceResource = (audience: string, accessTokenSeconds: number): Resource => ({
  audience,
  server: {
    scope: allScopes,
    audience,
    accessTokenTTL: accessTokenSeconds,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'RS256' } },
  },
})
