import Router from '@koa/router'
import type { RouteHandler } from '@codelab/runtime/handle'
import { mountRoutes } from '@codelab/runtime/handle'
import { requireService } from '@codelab/runtime/internal-token'
import type { Log } from '@codelab/runtime/log'
import type Koa from 'koa'
import type { Context, Next } from 'koa'
import { type DialectAccess, dialectErrors, requireDialectKey } from './routes/dialect-access.ts'

export type AppRoutes = {
  /** Under `/api/v1`, for our own services. */
  readonly internal: readonly RouteHandler[]
  /** Under `/v1`, for any client of OpenAI's API; chat completions are answered without Koa. */
  readonly dialect: {
    readonly embeddings: (ctx: Context) => Promise<void>
    readonly models: (ctx: Context) => void
  }
  readonly health: (ctx: Context) => void
}

/** Mounts the routes: `/health` open, `/api/v1` for services, `/v1` for services and people. */
export const mountApp = (
  app: Koa,
  routes: AppRoutes,
  { serviceToken, access, log }: { serviceToken: string; access: DialectAccess; log: Log },
): Koa => {
  const open = new Router()
  open.get('/health', routes.health)

  const internal = mountRoutes(new Router(), routes.internal)
  const service = requireService(serviceToken)

  const dialect = new Router()
  dialect.post('/v1/embeddings', routes.dialect.embeddings)
  dialect.get('/v1/models', routes.dialect.models)
  const errors = dialectErrors(log)
  const key = requireDialectKey(access)

  app.use(open.routes())
  app.use((ctx: Context, next: Next) =>
    ctx.path.startsWith('/api/v1/') ? service(ctx, next) : next(),
  )
  app.use(internal.routes())
  app.use((ctx: Context, next: Next) =>
    ctx.path.startsWith('/v1/') ? errors(ctx, () => key(ctx, next)) : next(),
  )
  app.use(dialect.routes())
  return app
}
