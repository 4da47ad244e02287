import type { ClientFrame } from '@codelab/contracts/frames'
import { Failure } from '@codelab/runtime/failure'
import { runInScope } from '@codelab/runtime/scope'
import type { AgentCalls } from '../clients/agent.ts'
import type { Presence } from '../sessions/presence.ts'
import { endings, type Ending } from './ending.ts'
import { frameActions, type ForwardedFrame } from './frame-actions.ts'
import { errorFrame, failureFrame, repliedId } from './frame-errors.ts'
import type { Outbox } from './outbox.ts'
import type { SocketParts } from './parts.ts'
import type { TokenWatch } from './token-watch.ts'

const executing = new Set<ClientFrame['type']>(['tool_claim', 'tool_result'])

type Settings = {
  readonly parts: SocketParts
  readonly calls: AgentCalls
  readonly presence: Presence
  readonly watch: TokenWatch
  readonly outbox: Outbox
  readonly end: (ending: Ending) => void
  readonly socket: { readonly sessionId: string; readonly userId: string; readonly viewer: boolean }
}

/** Carries out the frames of one socket, and answers with an `error` frame what cannot be done. Neither function throws. */
export function createFrameRunner({
  parts,
  calls,
  presence,
  watch,
  outbox,
  end,
  socket,
}: Settings) {
  const { sessionId, userId, viewer } = socket
  const act = frameActions(calls, sessionId)

  const authenticate = async (token: string) => {
    try {
      const claims = await parts.verify(token)
      if (claims.sub !== userId) return end(endings.foreignSession)
      watch.replace(claims.exp * 1000)
      const expires_at = new Date(claims.exp * 1000).toISOString()
      outbox.send({ type: 'authenticated', expires_at })
    } catch (error) {
      const away = error instanceof Failure && error.code === 'unavailable'
      outbox.send(
        away
          ? failureFrame(error)
          : errorFrame('unauthorized', 'This token is not valid; the one before stays in use.'),
      )
    }
  }

  const countMessage = async () => {
    const { session, user } = parts.limiters
    await Promise.all([session.consume(`${userId}:${sessionId}`), user.consume(userId)])
  }

  const forward = async (frame: ForwardedFrame) => {
    if (viewer && executing.has(frame.type)) {
      throw new Failure('forbidden', { message: 'A viewer does not execute tools.' })
    }
    const isMessage = frame.type === 'user_message'
    const [alive] = await Promise.all([
      presence.use({ always: isMessage }),
      isMessage && countMessage(),
    ])
    if (!alive) return end(endings.sessionExpired)
    const reply = await act(frame)
    if (reply) outbox.send(reply)
  }

  /** Redis may hold a key longer than PostgreSQL's last activity lets the session live. */
  const refusedAsExpired = async (frame: ForwardedFrame, error: unknown): Promise<boolean> =>
    error instanceof Failure &&
    error.code === 'conflict' &&
    !('call_id' in frame) &&
    (await presence.isExpired().catch(() => false))

  const guarded = async (frame: ForwardedFrame) => {
    const inReplyTo = repliedId(frame)
    try {
      await forward(frame)
    } catch (error) {
      if (await refusedAsExpired(frame, error)) return end(endings.sessionExpired)
      if (!(error instanceof Failure)) {
        parts.log.error({ err: error, frame: frame.type }, 'frame could not be handled')
      }
      outbox.send(failureFrame(error, inReplyTo))
      if (error instanceof Failure && error.code === 'rate_limited') end(endings.rateLimited)
    }
  }

  const expired = (inReplyTo: string | undefined) =>
    outbox.send(errorFrame('token_expired', 'Token expired', inReplyTo))

  return {
    run(frame: ClientFrame): Promise<void> {
      if (frame.type === 'authenticate') return authenticate(frame.token)
      if (watch.isExpired()) return Promise.resolve(expired(repliedId(frame)))
      if (frame.type === 'ack') return Promise.resolve()
      return runInScope({ requestId: parts.newId(), sessionId }, () =>
        parts.tracing.span(
          'socket frame',
          { frame: frame.type, session_id: sessionId },
          () => guarded(frame),
          { kind: 'server', parent: '' },
        ),
      )
    },
    /** Answers what is no frame at all. */
    refuse(message: string, inReplyTo: string | undefined): void {
      if (watch.isExpired()) expired(inReplyTo)
      else outbox.send(errorFrame('invalid_message', message, inReplyTo))
    },
  }
}
