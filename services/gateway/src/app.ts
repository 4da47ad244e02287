import Router from '@koa/router'
import type Koa from 'koa'
import type { Context, Next } from 'koa'
import { createApp, type AppParts } from '@codelab/runtime/app'
import { Failure } from '@codelab/runtime/failure'
import { mountRoutes, type RouteHandler } from '@codelab/runtime/handle'
import { requireUser, type VerifyToken } from '@codelab/runtime/token'
import type { Limiter } from './limits/limiter.ts'
import { isPlainTarget } from './proxy/destination.ts'

/** Nothing that two readers could read as two paths gets further. */
async function requirePlainTarget(ctx: Context, next: Next): Promise<void> {
  if (!isPlainTarget(ctx.req.url ?? '')) {
    throw new Failure('invalid_request', {
      message: 'The path of the request is not in its plain form.',
    })
  }
  await next()
}

const countRequest = (limiter: Limiter) =>
  async function countUserRequest(ctx: Context, next: Next): Promise<void> {
    await limiter.consume(String(ctx.state['userId']))
    await next()
  }

/** The HTTP side: what is passed on, what is open to all, then what needs a person's token. */
export function createGatewayApp({
  parts,
  passOn,
  mountOpen,
  handlers,
  verify,
  requestLimiter,
}: {
  parts: AppParts
  passOn: (ctx: Context, next: Next) => Promise<void>
  mountOpen: (router: Router) => void
  handlers: readonly RouteHandler[]
  verify: VerifyToken
  requestLimiter: Limiter
}): Koa {
  const app = createApp(parts)
  const open = new Router()
  mountOpen(open)
  const people = new Router()
  people.use(requireUser(verify), countRequest(requestLimiter))
  mountRoutes(people, handlers)
  app.use(requirePlainTarget)
  app.use(passOn)
  app.use(open.routes())
  app.use(people.routes())
  return app
}
