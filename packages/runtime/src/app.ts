import Koa, { type Context, type Next } from 'koa'
import { Failure, failureBody, publicFailure } from './failure.ts'
import { createObserver, type Observer, type ObserverParts } from './observe.ts'

export type AppParts = ObserverParts & {
  /** Given where requests are answered beside this application too. */
  readonly observer?: Observer
  /** True behind a proxy that sets X-Forwarded-*. */
  readonly trustProxy?: boolean
}

/** Set by the router or by a proxying middleware. */
const routeName = (ctx: Context): string =>
  (ctx.state['route'] as string | undefined) ?? (ctx._matchedRoute as string | undefined) ?? 'none'

function renderFailure(ctx: Context, failure: Failure, requestId: string) {
  ctx.status = failure.status
  if (failure.retryAfterSeconds !== undefined)
    ctx.set('Retry-After', String(Math.ceil(failure.retryAfterSeconds)))
  ctx.body = failureBody(failure, requestId)
}

/** What a client did wrong below us (body cut off, bad URL): Koa throws these with a 4xx status. */
const isClientAbort = (error: unknown) =>
  error instanceof Error &&
  ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR', 'EPIPE'].includes(
    (error as NodeJS.ErrnoException).code ?? '',
  )

/** Koa and its router throw errors with a status (bad escapes in a path, unknown path, wrong method). */
function koaFailure(error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error
  if (error instanceof URIError)
    return new Failure('invalid_request', { message: 'The path is not valid.' })
  const status = (error as { status?: number }).status ?? 500
  if (status === 404 || status === 405)
    return new Failure('not_found', { message: 'There is no such route.' })
  if (status === 413) return new Failure('payload_too_large', { cause: error })
  return status >= 400 && status < 500 ? new Failure('invalid_request', { cause: error }) : error
}

/** A Koa application with what every service needs: request id, span, access log, metrics and one rendering of failures. */
export function createApp({ trustProxy = false, observer, ...parts }: AppParts): Koa {
  const { log } = parts
  const app = new Koa({ proxy: trustProxy, asyncLocalStorage: false })
  const observed = observer ?? createObserver(parts)
  app.silent = true
  app.on('error', (error: unknown) => {
    if (!isClientAbort(error)) log.error({ err: error }, 'request failed after its answer began')
  })

  const observe = (ctx: Context, next: Next) =>
    observed.watch(
      { request: ctx.req, response: ctx.res, route: () => routeName(ctx) },
      (requestId: string) => {
        ctx.state['requestId'] = requestId
        ctx.set('X-Request-Id', requestId)
        return answer(ctx, next, requestId)
      },
    )

  const answer = async (ctx: Context, next: Next, requestId: string) => {
    try {
      decodeURIComponent(ctx.path) // the router takes an undecodable path as it is
      await next()
      if (ctx.status === 404 && ctx.body === undefined && ctx.respond !== false) ctx.throw(404)
    } catch (error) {
      const failure = publicFailure(koaFailure(error))
      if (failure.status >= 500)
        log.error({ err: failure.cause ?? failure, code: failure.code }, 'request failed')
      if (!ctx.headerSent) renderFailure(ctx, failure, requestId)
    }
  }

  app.use(observe)
  return app
}
