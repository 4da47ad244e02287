import Router from '@koa/router'
import type Koa from 'koa'
import type { Context, Next } from 'koa'
import compose from 'koa-compose'
import { errors, type Provider } from 'oidc-provider'
import { Failure } from '@codelab/runtime/failure'
import type { Log } from '@codelab/runtime/log'
import { routes } from './provider/configuration.ts'
import { asOAuthError, oauthFailureBody } from './provider/oauth-failure.ts'
import type { ProviderHolder } from './provider/provider-holder.ts'
import { maxFormBytes } from './routes/form.ts'
import { showErrorPage } from './sign-in/page.ts'

type Middleware = (ctx: Context, next: Next) => Promise<void>

type Parts = {
  app: Koa
  log: Log
  cookieKeys: readonly string[]
  knowCaller: Middleware
  holder: ProviderHolder
  jwks: (ctx: Context) => Promise<void>
  userinfo: (ctx: Context) => Promise<void>
  introspection: (ctx: Context) => Promise<void>
  interactions: Router
  guardDeviceCodes: Middleware
}

const isPage = (path: string) => path.startsWith('/sign-in')
const isOurs = (path: string) =>
  isPage(path) || path.startsWith('/oauth/') || path.startsWith('/.well-known/')

/** Failures leave in the form of RFC 6749, or as a page where a person looks. */
const renderFailures =
  (log: Log): Middleware =>
  async (ctx, next) => {
    try {
      await next()
    } catch (caught) {
      if (!isOurs(ctx.path)) throw caught
      const tooLarge = caught instanceof Failure && caught.code === 'payload_too_large'
      const { status, body } = oauthFailureBody(
        tooLarge ? new errors.InvalidRequest('the body is too large') : asOAuthError(caught, ctx),
      )
      if (status >= 500) log.error({ err: caught }, 'request failed')
      if (isPage(ctx.path)) return showErrorPage(ctx, body['error'] ?? 'server_error', status)
      ctx.set('Cache-Control', 'no-store')
      ctx.status = tooLarge ? 413 : status
      ctx.body = body
    }
  }

const limitBody: Middleware = async (ctx, next) => {
  if (Number(ctx.get('content-length') || 0) > maxFormBytes) throw new Failure('payload_too_large')
  await next()
}

/** A person may open the devices' address, and a link with a code only fills the field: nothing is sent without a click. */
const tidyDeviceLinks: Middleware = async (ctx, next) => {
  if (ctx.method === 'GET' && ctx.path === routes.device_authorization) {
    return ctx.redirect(routes.code_verification)
  }
  if (ctx.method === 'GET' && ctx.path === routes.code_verification) {
    ctx.state['userCode'] = ctx.query['user_code']
    ctx.search = ''
  }
  await next()
}

/** A code entered in a browser whose session has ended starts over with a fresh form; nothing was decided yet. */
const renewDeviceForm =
  (holder: ProviderHolder): Middleware =>
  async (ctx, next) => {
    if (ctx.method === 'POST' && ctx.path === routes.code_verification) {
      const session = await holder.current().Session.get(ctx)
      if (typeof session.exp !== 'number') {
        ctx.status = 303
        return ctx.redirect(routes.code_verification)
      }
    }
    await next()
  }

/**
 * OpenID Connect drops `offline_access` unless the person is asked for consent. Our clients are native: they always are,
 * so the request may say so itself.
 */
const askForConsent: Middleware = async (ctx, next) => {
  const { scope, prompt } = ctx.query
  const isRequest = ctx.method === 'GET' && ctx.path === routes.authorization
  if (isRequest && typeof scope === 'string' && scope.split(' ').includes('offline_access')) {
    if (prompt === undefined || prompt === 'login') {
      ctx.query = { ...ctx.query, prompt: prompt === undefined ? 'consent' : 'login consent' }
    }
  }
  await next()
}

const knownPaths = new Set<string>([
  ...Object.values(routes),
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
])

/** The route's name for logs and metrics: one of few, whatever is asked for. */
function routeOf(path: string): string | undefined {
  const [base = '', uid] = path.split(/\/(?=[\w-]{21,64}$)/)
  return knownPaths.has(base) ? (uid === undefined ? base : `${base}/:uid`) : undefined
}

const delegate = (holder: ProviderHolder): Middleware => {
  let of: Provider | undefined
  let answer: Middleware
  return async (ctx, next) => {
    ctx.state['route'] = routeOf(ctx.path)
    const provider = holder.current()
    if (of !== provider) {
      of = provider
      answer = compose(provider.middleware)
    }
    await answer(ctx, next)
  }
}

/** The order of things; no logic of its own. */
export function composeApp(parts: Parts): void {
  const { app, holder } = parts
  app.keys = [...parts.cookieKeys]
  const own = new Router()
    .get(routes.jwks, parts.jwks)
    .get(routes.userinfo, parts.userinfo)
    .post(routes.userinfo, parts.userinfo)
    .post(routes.introspection, parts.introspection)
  app
    .use(parts.knowCaller)
    .use(renderFailures(parts.log))
    .use(limitBody)
    .use(own.routes())
    .use(parts.interactions.routes())
    .use(tidyDeviceLinks)
    .use(parts.guardDeviceCodes)
    .use(renewDeviceForm(holder))
    .use(askForConsent)
    .use(delegate(holder))
}
