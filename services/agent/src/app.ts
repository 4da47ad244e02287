import Router from '@koa/router'
import type Koa from 'koa'
import type { Context, Next } from 'koa'
import { createApp, type AppParts } from '@codelab/runtime/app'
import { mountRoutes } from '@codelab/runtime/handle'
import { requireService } from '@codelab/runtime/internal-token'
import { chatRoutes } from './routes/chat.ts'
import { openSessionRoute } from './routes/open-session.ts'
import { jobRoutes } from './routes/jobs.ts'
import type { RouteParts } from './routes/parts.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { toolRoutes } from './routes/tools.ts'
import { databaseFailure } from './store/database-failure.ts'

type Parts = {
  app: AppParts
  routes: RouteParts
  health: (ctx: Context) => Promise<void>
  token: string
}

/** The agent's HTTP side: `/health` for all, everything under `/api/v1/` for our own services. */
export function createAgentApp({ app: appParts, routes, health, token }: Parts): Koa {
  const app = createApp({ ...appParts, trustIds: true })
  const service = requireService(token)
  app.use(async function guardApi(ctx: Context, next: Next) {
    return ctx.path.startsWith('/api/v1/') ? service(ctx, next) : next()
  })
  app.use(async function nameDatabaseFailures(_ctx: Context, next: Next) {
    try {
      await next()
    } catch (error) {
      throw databaseFailure(error)
    }
  })
  const router = new Router()
  router.get('/health', health)
  mountRoutes(router, [
    openSessionRoute(routes),
    ...chatRoutes(routes),
    ...toolRoutes(routes),
    ...sessionRoutes(routes),
    ...jobRoutes(routes),
  ])
  app.use(router.routes())
  return app
}
