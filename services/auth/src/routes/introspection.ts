import { errors, type Account } from 'oidc-provider'
import type { Context } from 'koa'
import type { ProviderHolder } from '../provider/provider-holder.ts'
import type { CheckAccessToken } from './access-token.ts'
import { readForm } from './form.ts'

type Options = {
  holder: ProviderHolder
  check: CheckAccessToken
  findAccount: (id: string) => Promise<Account | undefined>
}

type Answer = { active: false } | ({ active: true } & Record<string, unknown>)
const inactive: Answer = { active: false }

/**
 * RFC 7662 for both kinds of token: oidc-provider's own refuses JWTs. Our clients are public and can prove nothing but that they
 * hold the token, so each may ask about its own tokens only, and everything else is `active: false`.
 */
export function createIntrospection({ holder, check, findAccount }: Options) {
  const aboutAccessToken = async (token: string, clientId: string): Promise<Answer> => {
    const claims = await check(token)
    if (claims?.client_id !== clientId || !(await findAccount(claims.sub))) return inactive
    return { active: true, token_type: 'Bearer', ...claims }
  }

  const aboutRefreshToken = async (token: string, clientId: string): Promise<Answer> => {
    const provider = holder.current()
    const found = await provider.RefreshToken.find(token)
    if (!found?.isValid || found.clientId !== clientId) return inactive
    if (
      !found.grantId ||
      !(await provider.Grant.find(found.grantId)) ||
      !(await findAccount(found.accountId))
    )
      return inactive
    return {
      active: true,
      client_id: clientId,
      sub: found.accountId,
      scope: found.scope,
      iat: found.iat,
      exp: found.exp,
      iss: provider.issuer,
    }
  }

  return async function introspection(ctx: Context): Promise<void> {
    ctx.set('Cache-Control', 'no-store')
    const { token, client_id: clientId } = await readForm(ctx)
    if (
      ctx.get('authorization') !== '' ||
      !clientId ||
      !(await holder.current().Client.find(clientId))
    ) {
      throw new errors.InvalidClientAuth('client authentication failed')
    }
    if (!token) throw new errors.InvalidRequest("missing required parameter(s) 'token'")
    const isJwt = token.split('.').length === 3
    ctx.body = await (isJwt ? aboutAccessToken : aboutRefreshToken)(token, clientId)
  }
}
