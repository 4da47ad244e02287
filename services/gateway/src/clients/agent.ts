import { internalHeaders } from '@codelab/contracts/gateway-agent'
import type { Route } from '@codelab/contracts/route'
import { createCaller, pathOf, type Caller } from '@codelab/runtime/call'
import { Failure } from '@codelab/runtime/failure'
import type { Metrics } from '@codelab/runtime/metrics'
import { scopeHeaders } from '@codelab/runtime/tracing'
import type { StreamListener } from '../relay/relay.ts'
import { openEventStream } from './event-stream.ts'

/** On whose behalf the agent is called. */
export type Person = {
  readonly userId: string
  /** The socket; absent for REST. */
  readonly connectionId?: string
  /** Accept-Language of the upgrade or request. */
  readonly language?: string | undefined
}

type Followed = {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly listener: StreamListener
  readonly signal: AbortSignal
}

export type AgentCalls = Pick<Caller, 'call'> & {
  /** Opens an event stream; resolves when it is open, rejects with the agent's failure. */
  follow(route: Pick<Route, 'path'>, wanted: Followed): Promise<void>
}
export type Agent = ReturnType<typeof createAgent>

const personHeaders = ({ userId, connectionId, language }: Person): Record<string, string> => ({
  [internalHeaders.user]: userId,
  ...(connectionId && { [internalHeaders.connection]: connectionId }),
  ...(language && { 'accept-language': language }),
})

/** The one next hop: the agent's routes, called for a person. Every stream has a connection of its own, so that none holds up a call. */
export function createAgent({
  url,
  token,
  timeoutMs,
  metrics,
}: {
  url: string
  token: string
  timeoutMs: number
  metrics: Metrics
}) {
  const latency = metrics.histogram('agent_call_seconds', 'Calls of the agent.', [
    'route',
    'outcome',
  ])
  const headers = () => ({
    authorization: `Bearer ${token}`,
    [internalHeaders.service]: 'gateway',
  })
  const calls = createCaller({ baseUrl: url, headers, timeoutMs })
  const base = new URL(url)
  const prefix = base.pathname.replace(/\/$/, '')

  const timed = async <Reply>(route: string, work: () => Promise<Reply>): Promise<Reply> => {
    const started = performance.now()
    let outcome = 'ok'
    try {
      return await work()
    } catch (error) {
      outcome = error instanceof Failure ? error.code : 'aborted'
      throw error
    } finally {
      latency.observe({ route, outcome }, (performance.now() - started) / 1000)
    }
  }

  return {
    for(person: Person): AgentCalls {
      const own = personHeaders(person)
      return {
        call: (route, input) =>
          timed(route.path, () =>
            calls.call(route, { ...input, headers: { ...input?.headers, ...own } }),
          ),
        follow: (route, { params, query, listener, signal }) =>
          timed(route.path, () =>
            openEventStream({
              ...{ url: base, timeoutMs, listener, signal },
              path: prefix + pathOf(route, params, query),
              headers: { ...scopeHeaders(), ...headers(), ...own },
            }),
          ),
      }
    },
    close: (): Promise<void> => calls.close(),
  }
}
