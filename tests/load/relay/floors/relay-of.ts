import type { Socket } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

/** A server that answers every WebSocket with a first frame and leaves the rest to `carry`; nobody asks whose it is. */
export function relayOf(
  port: string,
  carry: (ws: WebSocket, connection: Socket, asked: { path: string; query: string }) => void,
): void {
  const server = new WebSocketServer({ host: '127.0.0.1', port: Number(port) })
  server.on('connection', (ws, request) => {
    const [path = '', query = ''] = request.url!.replace('/ws/', '/api/v1/chat/stream/').split('?')
    ws.on('error', () => undefined)
    ws.send('{"type":"session"}')
    carry(ws, request.socket, { path, query })
  })
}
