import type { Provider } from 'oidc-provider'
import type { Context } from 'koa'
import { allScopes } from '@codelab/contracts/auth'
import type { ProviderHolder } from '../provider/provider-holder.ts'

export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

type Options = { holder: ProviderHolder; audience: string }

/** The scopes asked for that there are. */
const grantedScope = (interaction: Interaction): string => {
  const { scope } = interaction.params
  const asked = new Set(typeof scope === 'string' ? scope.split(' ') : [])
  return allScopes
    .split(' ')
    .filter((entry) => asked.has(entry))
    .join(' ')
}

function leave(ctx: Context, returnTo: string) {
  ctx.status = 303
  ctx.redirect(returnTo)
}

/** How the pages end: with a grant, or without one. */
export function createEnding({ holder, audience }: Options) {
  return {
    /**
     * Grants what was asked for and leads back. One Grant per sign-in, never one that an earlier sign-in of this browser made:
     * a Grant is the family of its refresh tokens. `fresh`: the password was given just now.
     */
    async goOn(
      ctx: Context,
      interaction: Interaction,
      { accountId, fresh }: { accountId: string; fresh: boolean },
    ): Promise<void> {
      const provider = holder.current()
      const clientId = String(interaction.params['client_id'])
      const scope = grantedScope(interaction)
      const grant = new provider.Grant({ clientId, accountId })
      grant.addOIDCScope(scope)
      grant.addResourceScope(audience, scope)
      const grantId = await grant.save()
      const result = { ...(fresh && { login: { accountId, amr: ['pwd'] } }), consent: { grantId } }
      leave(ctx, await provider.interactionResult(ctx.req, ctx.res, result))
    },

    /** Tells the client that the person did not want to. */
    async cancel(ctx: Context): Promise<void> {
      const result = { error: 'access_denied', error_description: 'the person did not sign in' }
      const options = { mergeWithLastSubmission: false }
      leave(ctx, await holder.current().interactionResult(ctx.req, ctx.res, result, options))
    },
  }
}
