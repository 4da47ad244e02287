import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Log, logOfPlainFields } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Tracing } from './tracing.ts'

export type ObserverParts = {
  readonly log: Log
  readonly metrics: Metrics
  readonly tracing: Tracing
  /** Headers of the caller's own ids are believed only between services. */
  readonly trustIds?: boolean
}

type Watched = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The route's pattern, so that metrics and spans have few names; asked at the end. */
  readonly route: () => string
}

export type Observer = ReturnType<typeof createObserver>

const idPattern = /^[A-Za-z0-9._:-]{1,128}$/

/** What is known of every request of a server, whoever answers it: its id, its span, its line in the access log, and its time. One for each registry. */
export function createObserver({ log, metrics, tracing, trustIds = false }: ObserverParts) {
  const duration = metrics.spread(
    'http_request_duration_seconds',
    'Time to the end of the answer.',
    ['method', 'route', 'status'],
  )
  let open = 0
  metrics.gauge('http_requests_open', 'Requests under way.', [], (gauge) => gauge.set(open))
  const access = logOfPlainFields(log)

  const idOf = ({ headers }: IncomingMessage): string => {
    const given = headers['x-request-id']
    return trustIds && typeof given === 'string' && idPattern.test(given) ? given : randomUUID()
  }

  return {
    /** Runs `answer` with the id of the request, in its scope and span; it throws nothing. */
    watch(
      { request, response, route }: Watched,
      answer: (requestId: string) => Promise<void>,
    ): Promise<void> {
      const requestId = idOf(request)
      const method = request.method ?? ''
      const started = performance.now()
      open += 1
      response.once('close', () => {
        open -= 1
        const seconds = (performance.now() - started) / 1000
        const status = response.statusCode
        duration(seconds, method, route(), String(status))
        access(
          { method, route: route(), status, seconds, request_id: requestId },
          'request finished',
        )
      })
      return tracing.span(
        'http request',
        { method },
        async (span) => {
          await answer(requestId)
          span.set({ route: route(), status: response.statusCode })
        },
        {
          kind: 'server',
          parent: trustIds ? String(request.headers['traceparent'] ?? '') : '',
          scope: { requestId },
        },
      )
    },
  }
}
