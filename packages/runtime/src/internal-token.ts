import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Context, Next } from 'koa'
import { internalHeaders } from '@codelab/contracts/gateway-agent'
import { Id } from '@codelab/contracts/ids'
import { Failure } from './failure.ts'

const userHeader = internalHeaders.user.toLowerCase()

/** True for the internal token, in the same time for every other one. */
export function serviceTokenCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = Buffer.from(`Bearer ${token}`)
  // As long as the right one, whatever was given: what is beyond it is judged by its length alone.
  const given = Buffer.alloc(expected.length)
  return (authorization = '') => {
    given.fill(0, given.write(authorization))
    if (/^bearer /i.test(authorization)) given.write('Bearer ')
    return timingSafeEqual(given, expected) && Buffer.byteLength(authorization) === expected.length
  }
}

/** The person on whose behalf a service asks, from X-User-Id; undefined when it asks for itself. */
export function userOfService(headers: IncomingHttpHeaders): string | undefined {
  const user = headers[userHeader]
  if (user === undefined || user === '') return undefined
  if (Id.safeParse(user).success) return user as string // an id is a string
  throw new Failure('invalid_request', {
    message: 'X-User-Id is not an id.',
    field: 'x-user-id',
  })
}

/** Lets only our own services in: 401 `{"error": "Unauthorized"}` otherwise. Sets `ctx.state.userId` from X-User-Id. */
export function requireService(token: string) {
  const accepts = serviceTokenCheck(token)
  return async function requireServiceToken(ctx: Context, next: Next): Promise<void> {
    if (!accepts(ctx.get('authorization'))) {
      ctx.status = 401
      ctx.body = { error: 'Unauthorized' }
      return
    }
    ctx.state['userId'] = userOfService(ctx.req.headers)
    await next()
  }
}
