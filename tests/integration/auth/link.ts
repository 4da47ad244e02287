import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export type Link = {
  /** The target's address by way of the link. */
  url: string
  /** Ends what is connected and refuses what comes. */
  cut(): Promise<void>
  mend(): Promise<void>
}

/** A cable to a store, which a test may cut: the real server stays up for everybody else. */
export async function createLink(target: string, { cut = false } = {}): Promise<Link> {
  const to = new URL(target)
  const sockets = new Set<Socket>()
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname)
    keep(near)
    keep(far)
    near.pipe(far).pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo
  const link: Link = {
    url: Object.assign(new URL(target), { hostname: '127.0.0.1', port: String(port) }).href,
    cut: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
    mend: () => listen(port),
  }
  if (cut) await link.cut()
  return link
}
