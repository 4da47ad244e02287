import type { ModelRequest } from '@codelab/demo-model/chat'
import type { Accepted, Dialect } from '@codelab/demo-model/dialect'
import { startModelServer } from '@codelab/demo-model/model-server'
import type { Pace, Reply } from '@codelab/demo-model/reply'
import type { Exchange } from '@codelab/demo-model/responder'
import { demoReply } from '@codelab/demo-model/script'

/**
 * What the vendor's model does: always one thing, one thing per completion request (the last of a list stays),
 * or whatever a function makes of the request.
 */
export type Script =
  | Reply
  | readonly Reply[]
  | ((request: ModelRequest, accepted: Accepted) => Reply)

/** The demo model's own script: end-to-end scenarios then run over this vendor's protocol too. */
export const demoScript: Script = (request) => demoReply(request)

export type StandIn = {
  readonly url: string
  /** Every request received, oldest first; the entries change as their answers go on. */
  readonly requests: readonly Exchange[]
  /** The completion requests among them. */
  readonly completions: () => readonly Exchange[]
  /** Resolves as soon as the condition holds for the requests. */
  readonly when: (condition: (requests: readonly Exchange[]) => boolean) => Promise<void>
  /** What happens from the next completion on. */
  readonly play: (script: Script) => void
  /** New connections are refused and open ones broken, until `listenAgain` takes the same port. */
  readonly refuseConnections: () => Promise<void>
  readonly listenAgain: () => Promise<void>
  readonly close: () => Promise<void>
}

export type StandInOptions = {
  readonly script: Script
  /** Without wishes of the script: at once, as fast as the reader takes it. */
  readonly pace?: Pace
}

/** Starts a vendor's stand-in on a free port of 127.0.0.1. */
export async function startStandIn(
  dialect: Dialect,
  { script, pace }: StandInOptions,
): Promise<StandIn> {
  const requests: Exchange[] = []
  const waiting = new Set<() => void>()
  let answer = answerer(script)
  const listen = (port: number) =>
    startModelServer({
      dialect,
      host: '127.0.0.1',
      port,
      pace: { firstTokenAfterMs: 0, tokensPerSecond: 0, ...pace },
      answer: (accepted) => answer(accepted),
      observe: (exchange) => {
        if (!requests.includes(exchange)) requests.push(exchange)
        for (const look of waiting) look()
      },
    })
  let server = await listen(0)

  return {
    url: server.url,
    requests,
    completions: () => requests.filter(({ path }) => path === dialect.completionPath),
    when: (condition) =>
      new Promise((resolve, reject) => {
        const look = () => {
          try {
            if (!condition(requests)) return
            resolve()
          } catch (error) {
            reject(error as Error)
          }
          waiting.delete(look)
        }
        waiting.add(look)
        look()
      }),
    play: (next) => {
      answer = answerer(next)
    },
    refuseConnections: () => server.close(),
    listenAgain: async () => {
      server = await listen(server.port)
    },
    close: () => server.close(),
  }
}

function answerer(script: Script): (accepted: Accepted) => Reply {
  if (typeof script === 'function') return (accepted) => script(accepted.request, accepted)
  const replies = [script].flat()
  let next = 0
  return () => {
    const reply = replies[Math.min(next, replies.length - 1)]
    if (!reply) throw new Error('The script of a stand-in needs at least one reply.')
    next += 1
    return reply
  }
}
