import { randomBytes } from 'node:crypto'
import Router from '@koa/router'
import Koa, { type Context, type Next } from 'koa'
import type { ApplicationState } from '@codelab/contracts/engine-ui/application'
import { mountRoutes, type RouteHandler } from '@codelab/runtime/handle'
import type { Log } from '@codelab/runtime/log'
import { askOf } from '../gate/ask.ts'
import type { Entries } from '../gate/entries.ts'
import { refusalOf } from '../gate/gate.ts'
import { headersFor } from '../gate/headers.ts'
import { renderFailures } from './failures.ts'
import { filledPage, noEntryPage, notBuiltPage } from './pages.ts'
import type { StaticFiles } from './static-files.ts'

export type AppParts = {
  /** `127.0.0.1:PORT`, known once the server listens. */
  readonly host: () => string
  readonly shownIn: ApplicationState['shown_in']
  readonly entries: Entries
  readonly files: StaticFiles
  /** The picture that the page begins with. */
  readonly state: () => Promise<ApplicationState>
  readonly routes: readonly RouteHandler[]
  readonly log: Log
  /** Told of each failure that is answered. */
  readonly onFailure: (error: unknown) => void
}

const index = '/index.html'

function showPage(ctx: Context, status: number, html: string): void {
  ctx.status = status
  ctx.type = 'text/html; charset=utf-8'
  ctx.body = html
}

/** Exchanges the token for a cookie and goes on without it, so that no history and no log keeps it. */
function enter(ctx: Context, entries: Entries): void {
  const cookie = entries.redeem(String(ctx.query['t']))
  if (cookie === undefined) return showPage(ctx, 401, noEntryPage)
  ctx.set('set-cookie', `${entries.cookieName}=${cookie}; Path=/; HttpOnly; SameSite=Strict`)
  ctx.status = 303
  ctx.set('location', '/')
  ctx.body = ''
  return undefined
}

/** The engine's server: the gate before everything, then the entry, the API and the page's files. */
export function createApp(parts: AppParts): Koa {
  const { host, shownIn, entries, files, state, routes, log, onFailure } = parts
  const app = new Koa({ proxy: false })
  app.silent = true
  app.on('error', (error: unknown) => log.debug({ err: error }, 'an answer was cut off'))

  app.use(async (ctx: Context, next: Next) => {
    ctx.set(headersFor({ host: host(), shownIn }))
    const refusal = refusalOf(askOf(ctx.req, entries, false), host())
    if (!refusal) return next()
    log.debug({ method: ctx.method, status: refusal.status }, 'a request was refused')
    // The body of a refused request is not read: the line ends with the answer.
    ctx.set('connection', 'close')
    if (refusal.status === 401 && ctx.path === '/') return showPage(ctx, 401, noEntryPage)
    ctx.status = refusal.status
    ctx.body = { error: { code: refusal.code, message: refusal.message, request_id: 'gate' } }
    return undefined
  })
  app.use(renderFailures(log, onFailure))
  app.use(async (ctx: Context, next: Next) => {
    if (ctx.path === '/' && ctx.query['t'] !== undefined && ctx.method === 'GET')
      return enter(ctx, entries)
    return next()
  })
  app.use(mountRoutes(new Router(), routes).routes())
  app.use(async (ctx: Context, next: Next) => {
    const file = files.get(ctx.path === '/' ? index : ctx.path)
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next()
    if (ctx.path === '/' && !file) return showPage(ctx, 200, notBuiltPage)
    if (!file) return next()
    if (file.type.startsWith('text/html')) {
      const styleNonce = randomBytes(16).toString('base64url')
      ctx.set(headersFor({ host: host(), shownIn, styleNonce }))
      return showPage(ctx, 200, filledPage(file.bytes.toString(), styleNonce, await state()))
    }
    ctx.type = file.type
    ctx.body = file.bytes
    return undefined
  })
  return app
}
