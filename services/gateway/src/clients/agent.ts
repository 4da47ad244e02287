import { internalHeaders } from '@codelab/contracts/gateway-agent'
import { createCaller, type Caller } from '@codelab/runtime/call'
import { Failure } from '@codelab/runtime/failure'
import type { Metrics } from '@codelab/runtime/metrics'

/** On whose behalf the agent is called. */
export type Person = {
  readonly userId: string
  /** The socket; absent for REST. */
  readonly connectionId?: string
  /** Accept-Language of the upgrade or request. */
  readonly language?: string | undefined
}

export type AgentCalls = Pick<Caller, 'call' | 'stream'>
export type Agent = ReturnType<typeof createAgent>

/** Every socket holds a stream; the number of sockets is limited at the front, not here. */
const unbounded = 1_000_000

const personHeaders = ({ userId, connectionId, language }: Person): Record<string, string> => ({
  [internalHeaders.user]: userId,
  ...(connectionId && { [internalHeaders.connection]: connectionId }),
  ...(language && { 'accept-language': language }),
})

/** The one next hop: the agent's routes, called for a person. Streams have connections of their own, so that they never hold up a call. */
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
  const streams = createCaller({ baseUrl: url, headers, timeoutMs, connections: unbounded })

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
        stream: (route, input) =>
          timed(route.path, () =>
            streams.stream(route, { ...input, headers: { ...input?.headers, ...own } }),
          ),
      }
    },
    close: async (): Promise<void> => {
      await Promise.all([calls.close(), streams.close()])
    },
  }
}
