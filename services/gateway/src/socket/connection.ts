import type { IncomingMessage } from 'node:http'
import type { WebSocket } from 'ws'
import { passedLanguage } from '../clients/language.ts'
import { createPresence } from '../sessions/presence.ts'
import { tokenOf } from './credentials.ts'
import { endings, openingEnding, tokenEnding, type Ending } from './ending.ts'
import { errorFrame } from './frame-errors.ts'
import { createFrameRunner } from './frame-runner.ts'
import { createLine } from './line.ts'
import { openAtAgent, sessionFrame } from './opening.ts'
import type { SocketParts } from './parts.ts'
import { relaySession } from './relay-session.ts'
import { createTokenWatch } from './token-watch.ts'
import type { UpgradeTarget } from './upgrade-target.ts'

/** Carries how a socket that may not enter ends; caught where it was let in. */
class Refusal extends Error {
  readonly ending: Ending
  constructor(ending: Ending) {
    super(ending.reason)
    this.ending = ending
  }
}

const orRefuse = async <Value>(
  work: Promise<Value>,
  endingOf: (error: unknown) => Ending,
): Promise<Value> => {
  try {
    return await work
  } catch (error) {
    throw new Refusal(endingOf(error))
  }
}

/**
 * The life of one socket: its token is checked, its session opened, its first frame sent, then frames pass both ways until one side ends it.
 * The line listens from the first instant, since clients send before they are answered.
 */
export function connectSocket(
  parts: SocketParts,
  ws: WebSocket,
  { request, target }: { request: IncomingMessage; target: UpgradeTarget },
): void {
  const { registry, settings, now } = parts
  const { sessionId, after, viewer } = target
  const language = passedLanguage(request.headers['accept-language'])
  const connectionId = parts.newId()
  const line = createLine(parts, ws, request.socket)
  const { outbox, end, closed } = line

  const register = (userId: string) => {
    const socket = {
      connectionId,
      sessionId,
      userId,
      tick: (instant: number) => line.tick(instant),
      restart: () => line.restart(),
    }
    if (!registry.add(socket)) throw new Refusal(endings.tooManyConnections)
    closed.addEventListener('abort', () => registry.remove(socket))
  }

  const watchToken = (expiresAtSeconds: number) => {
    const watch = createTokenWatch({
      expiresAt: expiresAtSeconds * 1000,
      graceMs: settings.tokenGraceMs,
      now,
      onExpired: () => outbox.send(errorFrame('token_expired', 'Token expired')),
      onOver: () => end(endings.invalidToken),
    })
    closed.addEventListener('abort', watch.stop)
    return watch
  }

  /** What closures of this keep lives as long as the socket: neither the token nor the agent's answer, which names all models. */
  const enter = async (token: string | undefined): Promise<void> => {
    if (token === undefined) throw new Refusal(endings.invalidToken)
    const { sub: userId, exp } = await orRefuse(parts.verify(token), tokenEnding)
    if (closed.aborted) return
    register(userId)
    const watch = watchToken(exp)
    const calls = parts.agent.for({ userId, connectionId, language })
    const opening = openAtAgent(calls, { sessionId, after, language })
    const opened = await orRefuse(opening, openingEnding)
    if (opened.expired) throw new Refusal(endings.sessionExpired)
    const { created_at } = opened
    const record = () => ({
      user_id: userId,
      ws_connection_id: registry.newestOf(sessionId)?.connectionId ?? connectionId,
      created_at,
    })
    await parts.store.write(sessionId, record())
    const writtenAt = now()
    if (closed.aborted) return
    outbox.send(sessionFrame(sessionId, opened, settings.messagesPerMinute))
    const receiver = () => {
      const presence = createPresence({
        ...{ store: parts.store, sessionId, record, writtenAt, now },
        ttlSeconds: settings.sessionTtlSeconds,
        isExpired: async () => (await openAtAgent(calls, { sessionId, language })).expired,
      })
      const socket = { sessionId, userId, viewer }
      return createFrameRunner({ parts, calls, presence, watch, outbox, end, socket })
    }
    line.letIn(receiver)
    void relaySession({ parts, calls, line, sessionId, after: opened.stream_after })
  }

  enter(tokenOf(request.headers)).catch((error: unknown) => {
    if (error instanceof Refusal) return end(error.ending)
    parts.log.error({ err: error, session_id: sessionId }, 'socket could not be opened')
    end(openingEnding(error))
  })
}
