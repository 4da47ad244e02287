import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { joinSockets } from './join-sockets.ts'

/** A port of 127.0.0.1 that leads into a cluster. */
export type Forward = { readonly port: number; close(): Promise<void> }

/** Opens a port here; each of its connections goes through the relay at `path` to the address that `target` gives at that moment. */
export async function forwardThrough(
  path: string,
  target: (ownPort: number) => string | Promise<string>,
): Promise<Forward> {
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    Promise.resolve(target(port)).then(
      (address) => {
        const relay = connect({ path, allowHalfOpen: true })
        relay.write(`${address}\n`)
        joinSockets(socket, relay)
      },
      () => socket.destroy(),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
