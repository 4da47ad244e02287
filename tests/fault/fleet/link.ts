import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { joinSockets, type Joined, type Way } from './joined.ts'
import { pick } from './random.ts'

export type Link = {
  readonly port: number
  /** As its clients see it. */
  readonly url: string
  /** Connections that are whole. */
  open(): number
  /** Cuts one of the connections over which the server has lately said something; false when there is none. */
  cut(way: Way, random: () => number): boolean
  /** Breaks all connections and lets none in, until `mend`. */
  away(): void
  mend(): void
  close(): Promise<void>
}

/** A connection that has been silent for longer carries nothing that a cut could lose. */
const latelyMs = 1_000

const connected = async (port: number): Promise<Socket> => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** A way from clients to whichever servers are up, in turn, as a Service of Kubernetes is; its connections can be cut. */
export async function startLink(options: {
  /** 0 takes a free one. */
  readonly port?: number
  /** The servers' ports, those that take connections now. */
  readonly upstreams: () => readonly number[]
}): Promise<Link> {
  const all = new Set<Joined>()
  let turn = 0
  let isAway = false

  const dial = async (): Promise<Socket | undefined> => {
    const ports = options.upstreams()
    for (let tried = 0; tried < ports.length; tried += 1) {
      turn += 1
      const socket = await connected(ports[turn % ports.length]!).catch(() => undefined)
      if (socket) return socket
    }
    return undefined
  }
  const take = async (client: Socket) => {
    client.on('error', () => undefined)
    const server = isAway ? undefined : await dial()
    if (isAway || !server || client.destroyed) {
      server?.destroy()
      return void client.resetAndDestroy()
    }
    const joined = joinSockets(client, server)
    all.add(joined)
    void joined.gone.then(() => all.delete(joined))
  }
  const listener = createServer(
    { allowHalfOpen: true, pauseOnConnect: true, noDelay: true },
    (client) => void take(client).finally(() => client.resume()),
  )
  listener.listen(options.port ?? 0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo

  const breakAll = () => {
    for (const joined of all) joined.cut('rst')
  }
  const whole = () => [...all].filter((joined) => joined.isWhole())
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    open: () => whole().length,
    cut(way, random) {
      const since = performance.now() - latelyMs
      const busy = whole().filter((joined) => joined.saidAt() > since)
      const chosen = pick(busy, random)
      chosen?.cut(way)
      return chosen !== undefined
    },
    away() {
      isAway = true
      breakAll()
    },
    mend() {
      isAway = false
    },
    async close() {
      const closed = new Promise((resolve) => listener.close(resolve))
      breakAll()
      await closed
    },
  }
}
