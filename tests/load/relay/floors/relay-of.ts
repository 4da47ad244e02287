import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

export type Carry = (
  ws: WebSocket,
  connection: Socket,
  asked: { readonly path: string; readonly query: string },
) => void

/** Rejects when the request may not come in. */
export type Check = (request: IncomingMessage) => Promise<void>

/** A server that answers every WebSocket with a first frame and leaves the rest to `carry`; without a `check` nobody asks whose it is. */
export function relayOf(port: string, carry: Carry, check?: Check): void {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: Number(port),
    ...(check && {
      verifyClient: ({ req }, answer) =>
        void check(req).then(
          () => answer(true),
          () => answer(false, 401),
        ),
    }),
  })
  server.on('connection', (ws, request) => {
    const [path = '', query = ''] = request.url!.replace('/ws/', '/api/v1/chat/stream/').split('?')
    ws.on('error', () => undefined)
    ws.send('{"type":"session"}')
    carry(ws, request.socket, { path, query })
  })
}
