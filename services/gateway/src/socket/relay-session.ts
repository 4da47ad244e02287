import { chatStream } from '@codelab/contracts/gateway-agent'
import type { AgentCalls } from '../clients/agent.ts'
import { runRelay } from '../relay/relay.ts'
import { streamEnding } from './ending.ts'
import type { Line } from './line.ts'
import type { SocketParts } from './parts.ts'
import { maxEventBytes } from './protocol.ts'

/** Carries the frames of a session's log to one socket for as long as it lives; ends the socket when the agent refuses for good. */
export async function relaySession({
  parts,
  calls,
  line,
  sessionId,
  after,
}: {
  parts: Pick<SocketParts, 'settings' | 'metrics' | 'log'>
  calls: AgentCalls
  line: Line
  sessionId: string
  after: number
}): Promise<void> {
  try {
    await runRelay({
      after,
      signal: line.closed,
      maxEventBytes,
      silenceMs: parts.settings.streamSilenceMs,
      sink: {
        write: (events) => line.outbox.relay(events),
        room: () => line.outbox.room(),
      },
      onReconnect(cause) {
        parts.metrics.reconnects.inc()
        parts.log.debug(
          { err: cause, session_id: sessionId },
          'stream of the agent is opened again',
        )
      },
      open: (seq, listener, signal) =>
        calls.follow(chatStream, {
          ...{ params: { id: sessionId }, query: { after: seq } },
          ...{ listener, signal },
        }),
    })
  } catch (error) {
    line.end(streamEnding(error))
  }
}
