import type { Context, Next } from 'koa'
import { randomUUID } from 'node:crypto'
import type { EngineFailureBody } from '@codelab/contracts/engine-ui/failures'
import { Failure, failureBody } from '@codelab/runtime/failure'
import type { Log } from '@codelab/runtime/log'
import { placeOf, reasonOf } from '../../engine-failure.ts'
import { ToolFailure } from '../../workspace/tool-failure.ts'
import { failureOfTool } from '../projects/failure-of-tool.ts'

/** Koa and its router throw errors with a status: bad escapes, unknown paths. */
function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (error instanceof ToolFailure) return failureOfTool(error)
  if (error instanceof URIError)
    return new Failure('invalid_request', { message: 'The path is not valid.' })
  const { status } = error as { status?: number }
  if (status === 404 || status === 405 || status === 501)
    return new Failure('not_found', { message: 'There is no such route.' })
  if (status !== undefined && status >= 400 && status < 500)
    return new Failure('invalid_request', { cause: error })
  return new Failure('internal', { cause: error })
}

/** Whatever is thrown below becomes the one form of failure; what nobody expected is logged. */
export const renderFailures =
  (log: Log, onFailure: (error: unknown) => void) =>
  async (ctx: Context, next: Next): Promise<void> => {
    try {
      await next()
      if (ctx.status === 404 && ctx.body === undefined) ctx.throw(404)
    } catch (error) {
      const failure = failureOf(error)
      onFailure(failure)
      const requestId = randomUUID()
      if (failure.code === 'internal')
        log.error({ err: failure.cause ?? failure, request_id: requestId }, 'request failed')
      const [reason, place] = [reasonOf(failure), placeOf(failure)]
      const { error: said } = failureBody(failure, requestId)
      ctx.status = failure.status
      ctx.body = {
        error: { ...said, ...(reason && { reason }), ...(place !== undefined && { place }) },
      } satisfies EngineFailureBody
    }
  }
