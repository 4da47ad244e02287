import type { IncomingHttpHeaders } from 'node:http'
import type { Context, Next } from 'koa'
import { Failure, publicFailure } from '@codelab/runtime/failure'
import { serviceTokenCheck, userOfService } from '@codelab/runtime/internal-token'
import type { Log } from '@codelab/runtime/log'
import { type VerifyToken, bearerChallenge, userOfToken } from '@codelab/runtime/token'
import { dialectFailure } from '../dialect/failure-body.ts'

type Middleware = (ctx: Context, next: Next) => Promise<void>

/** Who asks: a person's id, or undefined for a service that asks for itself. Throws `unauthorized`, `token_expired`, `forbidden`. */
export type DialectAccess = (headers: IncomingHttpHeaders) => Promise<string | undefined>

/** The key of the OpenAI-compatible routes: the service token, or a person's access token where this workspace's issuer is known. */
export const dialectAccess = (
  serviceToken: string,
  verify: VerifyToken | undefined,
): DialectAccess => {
  const isService = serviceTokenCheck(serviceToken)
  return async (headers) => {
    if (isService(headers.authorization)) return userOfService(headers)
    if (verify) return userOfToken(headers.authorization, verify)
    throw new Failure('unauthorized', {
      message: 'This API key is not valid here: use the service token.',
    })
  }
}

/** How anything that is thrown leaves in OpenAI's form. That client retries by itself; here retries are our business alone, and it is told so. */
export const dialectRefusal = (error: unknown, log: Log) => {
  const failure = publicFailure(error)
  const { status, retryAfterSeconds: after } = failure
  if (status >= 500) {
    log.error({ err: failure.cause ?? failure, code: failure.code }, 'request failed')
  }
  const headers: Record<string, string> = {
    'x-should-retry': 'false',
    ...(after !== undefined && { 'retry-after': String(Math.ceil(after)) }),
    ...(status === 401 && { 'www-authenticate': bearerChallenge }),
  }
  return { status, headers, body: dialectFailure(failure) }
}

/** Errors below it leave in OpenAI's form. */
export const dialectErrors = (log: Log): Middleware =>
  async function renderDialectErrors(ctx, next) {
    try {
      await next()
      if (ctx.status === 404 && ctx.body === undefined && ctx.respond !== false) {
        throw new Failure('not_found', { message: 'There is no such route.' })
      }
    } catch (error) {
      if (ctx.headerSent) throw error
      const { status, headers, body } = dialectRefusal(error, log)
      ctx.status = status
      ctx.set(headers)
      ctx.body = body
    }
  }

/** The same key for the routes that Koa answers. */
export const requireDialectKey = (access: DialectAccess): Middleware =>
  async function requireKey(ctx, next) {
    ctx.state['userId'] = await access(ctx.req.headers)
    await next()
  }
