import { connect, createServer, type Socket } from 'node:net'
import { joinSockets } from './join-sockets.ts'

/**
 * Runs inside a cluster's network and listens on a socket in the file system, which is the one door into it. A connection
 * first names where it wants to go (`10.96.0.1:443` and a line feed) and is then joined with that.
 */
const [path] = process.argv.slice(2)

function onHeader(socket: Socket, heard: (host: string, port: number) => void): void {
  let text = ''
  const read = () => {
    for (let byte = socket.read(1) as Buffer | null; byte; byte = socket.read(1) as Buffer | null) {
      if (byte[0] !== 0x0a) {
        text += byte.toString('latin1')
        continue
      }
      socket.off('readable', read)
      const colon = text.lastIndexOf(':')
      return heard(text.slice(0, colon), Number(text.slice(colon + 1)))
    }
  }
  socket.on('readable', read)
}

createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => socket.destroy())
  onHeader(socket, (host, port) =>
    joinSockets(socket, connect({ host, port, allowHalfOpen: true })),
  )
}).listen(path)
