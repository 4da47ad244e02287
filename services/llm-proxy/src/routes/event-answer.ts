import { once } from 'node:events'
import type { Context } from 'koa'

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
}

/**
 * Answers with events that are framed already: each piece is one write, be it many tokens that came together or a vendor's own bytes
 * (which is why this is not `openEventStream`). Waits while the caller reads slowly; comments keep an idle connection alive.
 */
export const answerWithEvents = async (
  ctx: Context,
  pieces: AsyncIterable<string | Buffer>,
  { signal, keepAliveMs }: { signal: AbortSignal; keepAliveMs: number },
): Promise<void> => {
  const { res } = ctx
  ctx.status = 200
  ctx.respond = false
  res.writeHead(200, headers)
  const keepAlive = setInterval(() => {
    if (!res.writableNeedDrain) res.write(': keep-alive\n\n')
  }, keepAliveMs)
  try {
    for await (const piece of pieces) {
      keepAlive.refresh()
      if (signal.aborted) return
      if (!res.write(piece)) await once(res, 'drain', { signal }).catch(() => undefined)
    }
  } finally {
    clearInterval(keepAlive)
    if (!signal.aborted) res.end()
  }
}
