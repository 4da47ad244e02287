import type { Context, Next } from 'koa'
import { publicFailure } from '@codelab/runtime/failure'
import type { Log } from '@codelab/runtime/log'
import type { Metrics } from '@codelab/runtime/metrics'
import { destinationOf, type Destination } from '../proxy/destination.ts'
import { failureForm } from '../proxy/failure-forms.ts'
import type { Forward } from '../proxy/forward.ts'

/** Passes requests on that auth or llm-proxy answer; all others go on to the gateway's own routes. */
export function proxied({
  forwards,
  metrics,
  log,
}: {
  forwards: Readonly<Record<Destination, Forward>>
  metrics: Metrics
  log: Log
}) {
  const requests = metrics.counter('proxy_requests_total', 'Requests passed on.', [
    'destination',
    'status',
  ])

  return async function passOn(ctx: Context, next: Next): Promise<void> {
    const destination = destinationOf(ctx.req.url ?? '')
    if (destination === undefined) return next()
    ctx.state['route'] = `${destination} *`
    ctx.respond = false
    ctx.res.removeHeader('X-Request-Id')
    try {
      const status = await forwards[destination].forward(ctx.req, ctx.res)
      requests.inc({ destination, status })
    } catch (error) {
      const failure = publicFailure(error)
      requests.inc({ destination, status: failure.status })
      if (failure.status >= 500) {
        log.warn({ err: failure.cause ?? failure, destination }, 'request could not be passed on')
      }
      if (ctx.res.headersSent || ctx.res.destroyed) return
      ctx.respond = true
      ctx.set('X-Request-Id', String(ctx.state['requestId']))
      ctx.status = failure.status
      if (failure.code === 'payload_too_large') ctx.set('Connection', 'close')
      ctx.body = failureForm(destination, failure, String(ctx.state['requestId']))
    }
  }
}
