import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, Next } from 'koa'
import { internalHeaders } from '@codelab/contracts/gateway-agent'
import { Id } from '@codelab/contracts/ids'
import { Failure } from './failure.ts'

const digest = (text: string) => createHash('sha256').update(text).digest()

/** True for the internal token, in the same time for every other one. */
export function serviceTokenCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(`Bearer ${token}`)
  return (authorization = '') =>
    timingSafeEqual(digest(authorization.replace(/^bearer /i, 'Bearer ')), expected)
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
    const user = ctx.get(internalHeaders.user)
    if (user !== '' && !Id.safeParse(user).success)
      throw new Failure('invalid_request', {
        message: 'X-User-Id is not an id.',
        field: 'x-user-id',
      })
    ctx.state['userId'] = user === '' ? undefined : user
    await next()
  }
}
