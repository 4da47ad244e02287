import { timingSafeEqual } from 'node:crypto'
import { errors } from 'oidc-provider'
import Router from '@koa/router'
import type { Context } from 'koa'
import { Failure } from '@codelab/runtime/failure'
import type { ProviderHolder } from '../provider/provider-holder.ts'
import { readForm } from '../routes/form.ts'
import { isUnavailable } from '../store/unavailable.ts'
import type { SignIn } from '../users/sign-in.ts'
import { createEnding, type Interaction } from './ending.ts'
import { showContinuePage, showSignInPage } from './interaction-pages.ts'
import { languageOf } from './page.ts'
import { textsOf } from './texts.ts'

type Options = {
  holder: ProviderHolder
  signIn: SignIn
  audience: string
  findName: (accountId: string) => Promise<string | undefined>
  fingerprint: (value: string) => Buffer
}

/** Which browsers tell: a form that another site sent is refused before anything else is looked at. */
function refuseOtherSites(ctx: Context) {
  const site = ctx.get('sec-fetch-site')
  if (site !== '' && site !== 'same-origin' && site !== 'none') {
    throw new errors.InvalidRequest('the form was sent from another site')
  }
}

/** What a person reads when the attempt was not even made. */
function refusal(ctx: Context, error: unknown): { message: string; status: number } {
  const text = textsOf(languageOf(ctx))
  if (error instanceof Failure && error.code === 'rate_limited') {
    const seconds = error.retryAfterSeconds ?? 60
    ctx.set('Retry-After', String(seconds))
    return { message: text('throttled', { minutes: String(Math.ceil(seconds / 60)) }), status: 429 }
  }
  if (isUnavailable(error) || (error instanceof Failure && error.code === 'unavailable')) {
    ctx.set('Retry-After', '2')
    return { message: text('busy'), status: 503 }
  }
  throw error
}

/** The pages between `/oauth/authorize` and the way back: sign in, or go on as who is signed in already. */
export function interactionRoutes(options: Options): Router {
  const { holder, signIn, findName, fingerprint } = options
  const ending = createEnding(options)
  const csrfOf = (interaction: Interaction) =>
    fingerprint(`csrf:${interaction.uid}`).toString('base64url')

  const load = async (ctx: Context): Promise<Interaction> => {
    const interaction = await holder.current().interactionDetails(ctx.req, ctx.res)
    if (interaction.uid !== ctx['params'].uid)
      throw new errors.SessionNotFound('another sign-in is open')
    return interaction
  }

  const clientName = async (interaction: Interaction) => {
    const client = await holder.current().Client.find(String(interaction.params['client_id']))
    return client?.clientName ?? 'CodeLab'
  }

  const view = async (interaction: Interaction) => ({
    client: await clientName(interaction),
    csrf: csrfOf(interaction),
    uid: interaction.uid,
  })

  const attempt = async (ctx: Context, interaction: Interaction, form: Record<string, string>) => {
    const name = form['username'] ?? ''
    try {
      const user = await signIn({
        name,
        password: form['password'] ?? '',
        source: String(ctx.state['source']),
        clientId: String(interaction.params['client_id']),
        requestId: String(ctx.state['requestId']),
      })
      if (user) return await ending.goOn(ctx, interaction, { accountId: user.id, fresh: true })
      const message = textsOf(languageOf(ctx))('wrong')
      showSignInPage(ctx, { ...(await view(interaction)), name, message, status: 400 })
    } catch (error) {
      showSignInPage(ctx, { ...(await view(interaction)), name, ...refusal(ctx, error) })
    }
  }

  const show = async (ctx: Context) => {
    const interaction = await load(ctx)
    const signedIn = interaction.session?.accountId
    const name = signedIn === undefined ? undefined : await findName(signedIn)
    const mayGoOn =
      interaction.prompt.name === 'consent' && name !== undefined && ctx.query['as'] !== 'other'
    if (mayGoOn) return showContinuePage(ctx, { ...(await view(interaction)), name })
    const hint = interaction.params['login_hint']
    showSignInPage(ctx, {
      ...(await view(interaction)),
      name: typeof hint === 'string' ? hint : '',
    })
  }

  const submit = async (ctx: Context) => {
    refuseOtherSites(ctx)
    const interaction = await load(ctx)
    const form = await readForm(ctx)
    const [expected, given] = [Buffer.from(csrfOf(interaction)), Buffer.from(form['csrf'] ?? '')]
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) {
      throw new errors.InvalidRequest('the form does not belong to this sign-in')
    }
    if (form['action'] === 'cancel') return ending.cancel(ctx)
    if (form['action'] !== 'continue') return attempt(ctx, interaction, form)
    const accountId = interaction.session?.accountId
    if (interaction.prompt.name !== 'consent' || accountId === undefined) {
      throw new errors.InvalidRequest('nobody is signed in here')
    }
    return ending.goOn(ctx, interaction, { accountId, fresh: false })
  }

  // the identifiers that oidc-provider makes; `/sign-in/device` is its own
  const path = '/sign-in/:uid'
  const own =
    (handler: (ctx: Context) => Promise<void>) => async (ctx: Context, next: () => Promise<void>) =>
      /^[\w-]{21,64}$/.test(ctx['params'].uid) ? handler(ctx) : next()
  return new Router().get(path, own(show)).post(path, own(submit))
}
