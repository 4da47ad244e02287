import { errors, type Account, type TokenEndpointGrantContext } from 'oidc-provider'
import { allScopes } from '@codelab/contracts/auth'
import type { SignIn } from '../users/sign-in.ts'
import { accountOf } from './account.ts'
import { isFirstParty } from './clients.ts'
import { asOAuthError } from './oauth-failure.ts'
import type { Resource } from './resource.ts'

type Parameters = { username?: string; password?: string }
export type PasswordContext = TokenEndpointGrantContext<Parameters>

type Options = { signIn: SignIn; resource: Resource; now: () => number }

export const passwordParameters = ['username', 'password', 'scope', 'resource']

function requestedScope(scope: string | undefined): string {
  if (scope === undefined || scope.trim() === '') return allScopes
  const asked = [...new Set(scope.split(' ').filter((entry) => entry !== ''))]
  const known = new Set(allScopes.split(' '))
  const unknown = asked.filter((entry) => !known.has(entry))
  if (unknown.length > 0)
    throw new errors.InvalidScope('requested scope is not known', unknown.join(' '))
  return asked.join(' ')
}

function credentialsOf({ username, password }: Parameters): { name: string; password: string } {
  if (!username) throw new errors.InvalidRequest("missing required parameter(s) 'username'")
  if (!password) throw new errors.InvalidRequest("missing required parameter(s) 'password'")
  return { name: username, password }
}

function checkResource(resource: unknown, audience: string) {
  if (resource !== undefined && resource !== audience) throw new errors.InvalidTarget()
}

/** One Grant per sign-in: the family that a replayed refresh token ends. */
async function saveGrant(ctx: PasswordContext, account: Account, scope: string, audience: string) {
  const grant = new ctx.oidc.provider.Grant({
    clientId: ctx.oidc.client.clientId,
    accountId: account.accountId,
  })
  grant.addOIDCScope(scope)
  grant.addResourceScope(audience, scope)
  ctx.oidc.entity('Grant', grant)
  return grant.save()
}

async function issue(
  ctx: PasswordContext,
  account: Account,
  scope: string,
  { resource, now }: Options,
) {
  const { provider, client } = ctx.oidc
  const { audience } = resource
  const grantId = await saveGrant(ctx, account, scope, audience)
  const shared = { accountId: account.accountId, client, grantId, gty: 'password', scope }

  const accessToken = new provider.AccessToken(shared)
  accessToken.resourceServer = new provider.ResourceServer(audience, resource.server)
  ctx.oidc.entity('AccessToken', accessToken)

  const refreshToken = new provider.RefreshToken({
    ...shared,
    authTime: Math.floor(now() / 1000),
    amr: ['pwd'],
    resource: audience,
    rotations: 0,
  })
  ctx.oidc.entity('RefreshToken', refreshToken)

  const idToken = new provider.IdToken(await account.claims('id_token', scope, {}, []), { ctx })
  // missing from the types: which of the claims above the scope lets through
  Object.assign(idToken, { scope })
  return {
    access_token: await accessToken.save(),
    expires_in: accessToken.expiration,
    ...(scope.split(' ').includes('openid') && {
      id_token: await idToken.issue({ use: 'idtoken' }),
    }),
    refresh_token: await refreshToken.save(),
    scope,
    token_type: accessToken.tokenType,
  }
}

/** RFC 6749 §4.3 for first-party clients: always answers a refresh token, and all scopes when none is asked for. */
export function createPasswordGrant(options: Options) {
  const { signIn, resource } = options
  const signInUser = async (ctx: PasswordContext) => {
    const { name, password } = credentialsOf(ctx.oidc.params)
    try {
      return await signIn({
        name,
        password,
        source: String(ctx.state['source']),
        clientId: ctx.oidc.client.clientId,
        requestId: String(ctx.state['requestId']),
      })
    } catch (error) {
      throw asOAuthError(error, ctx)
    }
  }

  return async function passwordGrant(ctx: PasswordContext): Promise<void> {
    if (!isFirstParty(ctx.oidc.client.clientId)) throw new errors.UnauthorizedClient()
    const scope = requestedScope(ctx.oidc.params.scope)
    checkResource(ctx.oidc.params.resource, resource.audience)
    const user = await signInUser(ctx)
    if (!user)
      throw new errors.InvalidGrant('the name or the password is wrong, or the user is disabled')
    const account = accountOf(user)
    ctx.oidc.entity('Account', account)
    ctx.body = await issue(ctx, account, scope, options)
  }
}
