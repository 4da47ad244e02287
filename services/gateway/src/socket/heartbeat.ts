import type { WebSocket } from 'ws'

/**
 * Pings one socket when it is due and notices when no answer comes. Driven by `tick`, so that one timer serves all sockets.
 * While we do not read from the socket ourselves, its silence proves nothing.
 */
export function createHeartbeat({
  ws,
  everyMs,
  graceMs,
  startedAt,
}: {
  ws: WebSocket
  everyMs: number
  graceMs: number
  startedAt: number
}) {
  let pingedAt = startedAt
  let answered = true
  const onSign = () => {
    answered = true
  }
  ws.on('pong', onSign)
  ws.on('message', onSign)

  return {
    /** False: the peer is dead. */
    tick(now: number): boolean {
      if (ws.isPaused) answered = true
      if (!answered && now - pingedAt >= graceMs) return false
      if (answered && now - pingedAt >= everyMs) {
        answered = false
        pingedAt = now
        ws.ping()
      }
      return true
    },
  }
}
