import type { Context } from 'koa'

/** What nginx logs for it; nobody is left to read an answer. */
const clientClosedRequest = 499

/**
 * Runs work for a caller and tells it, by the signal, when the caller has gone before the answer's end: then nobody pays for the rest.
 * What fails after that is no failure.
 */
export const whileCallerStays = async <Result>(
  ctx: Context,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | undefined> => {
  const controller = new AbortController()
  const leave = (): void => {
    if (!ctx.res.writableFinished) controller.abort(new Error('the caller has gone'))
  }
  if (ctx.res.closed) leave()
  else ctx.res.once('close', leave)
  try {
    return await work(controller.signal)
  } catch (error) {
    if (!controller.signal.aborted) throw error
    ctx.status = clientClosedRequest
    ctx.respond = false
    return undefined
  }
}
