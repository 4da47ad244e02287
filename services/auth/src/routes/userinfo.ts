import { errors, type Account } from 'oidc-provider'
import type { Context } from 'koa'
import { bearerToken } from '@codelab/runtime/token'
import type { CheckAccessToken } from './access-token.ts'

type Options = {
  check: CheckAccessToken
  findAccount: (id: string) => Promise<Account | undefined>
}

/**
 * OpenID Connect's userinfo for our access tokens. oidc-provider's own serves opaque tokens only, while ours are JWTs for the
 * workspace's audience.
 */
export const createUserinfo = ({ check, findAccount }: Options) =>
  async function userinfo(ctx: Context): Promise<void> {
    ctx.set('Cache-Control', 'no-store')
    const token = bearerToken(ctx.get('authorization'))
    if (token === undefined) {
      ctx.set('WWW-Authenticate', 'Bearer')
      throw new errors.InvalidToken('no bearer token in the Authorization header')
    }
    const claims = await check(token)
    const account = claims && (await findAccount(claims.sub))
    if (!claims || !account) {
      ctx.set('WWW-Authenticate', 'Bearer error="invalid_token"')
      throw new errors.InvalidToken('not a valid token of this workspace')
    }
    if (!claims.scope.split(' ').includes('openid')) {
      ctx.set('WWW-Authenticate', 'Bearer error="insufficient_scope", scope="openid"')
      throw new errors.InsufficientScope('access token missing openid scope', 'openid')
    }
    ctx.body = await account.claims('userinfo', claims.scope, {}, [])
  }
