import { get, createServer } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [port, agent, folder] = process.argv.slice(2) as [string, string, string]
type Peer = {
  readonly handshake: { readonly query: { readonly session: string; readonly after: string } }
  emit(event: string, said: unknown): void
  on(event: 'disconnect', listener: () => void): void
  disconnect(close: boolean): void
}
type SocketIo = {
  readonly Server: new (
    server: object,
    options: object,
  ) => {
    on(event: 'connection', listener: (peer: Peer) => void): void
  }
}
const { Server } = createRequire(join(folder, 'package.json'))('socket.io') as SocketIo

/** A relay on Socket.IO, which takes what it sends as objects: every event is parsed and emitted. */
const server = createServer()
new Server(server, { transports: ['websocket'] }).on('connection', (peer) => {
  const { session, after } = peer.handshake.query
  peer.emit('session', {})
  const upstream = get(`http://${agent}/api/v1/chat/stream/${session}?after=${after}`, (answer) => {
    let rest = ''
    answer.setEncoding('utf8').on('data', (text: string) => {
      const events = (rest + text).split('\n\n')
      rest = events.pop()!
      for (const event of events) {
        const at = event.indexOf('data: ')
        if (at !== -1) peer.emit('frame', JSON.parse(event.slice(at + 'data: '.length)))
      }
    })
    answer.on('close', () => peer.disconnect(true))
  })
  upstream.on('error', () => peer.disconnect(true))
  peer.on('disconnect', () => upstream.destroy())
})
server.listen(Number(port), '127.0.0.1')
