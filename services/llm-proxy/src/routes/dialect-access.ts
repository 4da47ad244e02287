import type { Context, Next } from 'koa'
import { Failure, publicFailure } from '@codelab/runtime/failure'
import { requireService, serviceTokenCheck } from '@codelab/runtime/internal-token'
import type { Log } from '@codelab/runtime/log'
import { type VerifyToken, requireUser } from '@codelab/runtime/token'
import { dialectFailure } from '../dialect/failure-body.ts'

type Middleware = (ctx: Context, next: Next) => Promise<void>

/** Errors below it leave in OpenAI's form. That client retries by itself; here retries are our business alone, and it is told so. */
export const dialectErrors = (log: Log): Middleware =>
  async function renderDialectErrors(ctx, next) {
    try {
      await next()
      if (ctx.status === 404 && ctx.body === undefined && ctx.respond !== false) {
        throw new Failure('not_found', { message: 'There is no such route.' })
      }
    } catch (error) {
      if (ctx.headerSent) throw error
      const failure = publicFailure(error)
      if (failure.status >= 500) {
        log.error({ err: failure.cause ?? failure, code: failure.code }, 'request failed')
      }
      ctx.status = failure.status
      ctx.set('x-should-retry', 'false')
      if (failure.retryAfterSeconds !== undefined) {
        ctx.set('Retry-After', String(Math.ceil(failure.retryAfterSeconds)))
      }
      ctx.body = dialectFailure(failure)
    }
  }

/** The key of the OpenAI-compatible routes: the service token, or a person's access token where this workspace's issuer is known. */
export const dialectAccess = (
  serviceToken: string,
  verify: VerifyToken | undefined,
): Middleware => {
  const isService = serviceTokenCheck(serviceToken)
  const asService = requireService(serviceToken)
  const asUser = verify && requireUser(verify)
  return async function requireDialectKey(ctx, next) {
    if (isService(ctx.get('authorization'))) return asService(ctx, next)
    if (asUser) return asUser(ctx, next)
    throw new Failure('unauthorized', {
      message: 'This API key is not valid here: use the service token.',
    })
  }
}
