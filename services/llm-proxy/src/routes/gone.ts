import type { ServerResponse } from 'node:http'
import type { Context } from 'koa'

/** What nginx logs for it; nobody is left to read an answer. */
const clientClosedRequest = 499

/**
 * Runs work for a caller and tells it, by the signal, when the caller has gone before the answer's end: then nobody pays for the rest.
 * What fails after that is no failure.
 */
export const whileReaderStays = async <Result>(
  response: ServerResponse,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | undefined> => {
  const controller = new AbortController()
  const leave = (): void => {
    if (!response.writableFinished) controller.abort(new Error('the caller has gone'))
  }
  if (response.closed) leave()
  else response.once('close', leave)
  try {
    return await work(controller.signal)
  } catch (error) {
    if (!controller.signal.aborted) throw error
    response.statusCode = clientClosedRequest
    return undefined
  }
}

/** The same where Koa would answer: nobody is left to answer to. */
export const whileCallerStays = async <Result>(
  ctx: Context,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | undefined> => {
  const result = await whileReaderStays(ctx.res, work)
  if (ctx.res.closed) ctx.respond = false
  return result
}
