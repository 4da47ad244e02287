import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

type Connection = {
  readonly answering: Set<ServerResponse>
  /** The moment of its last answer's end, or of its opening. */
  quietSince: number
}

/** A client that was told nothing may have sent its next request the moment before we hang up: so long its connection stays. */
const quietMs = 250

const last = (response: ServerResponse) => {
  if (!response.headersSent) response.setHeader('connection', 'close')
}

/**
 * Knows the connections of a server, so that it can end without cutting a request: once it is leaving, each answer says that it is its
 * connection's last, and a connection is closed only when nothing has come over it for a while. To be set up before any handler.
 */
export function trackConnections(server: Server) {
  const connections = new Map<Socket, Connection>()
  let leaving = false
  server.on('connection', (socket) => {
    connections.set(socket, { answering: new Set(), quietSince: performance.now() })
    socket.once('close', () => connections.delete(socket))
  })
  server.on('request', ({ socket }, response) => {
    const connection = connections.get(socket)
    if (!connection) return
    if (leaving) last(response)
    connection.answering.add(response)
    response.once('close', () => {
      connection.answering.delete(response)
      connection.quietSince = performance.now()
    })
  })

  return {
    /** The connection speaks another protocol from now on; whoever took it over ends it. */
    forget: (socket: Duplex) => void connections.delete(socket as Socket),
    leave(): void {
      leaving = true
      for (const { answering } of connections.values()) answering.forEach(last)
    },
    /** Closes those without a request under way: at once, or, when leaving, as soon as they have been quiet. */
    closeIdle(): void {
      if (!leaving) server.closeIdleConnections()
      const now = performance.now()
      for (const [socket, { answering, quietSince }] of connections) {
        // Clients open connections ahead of need, and Node does not count one that never had a request as idle.
        const isIdle = leaving ? now - quietSince >= quietMs : socket.bytesRead === 0
        if (isIdle && answering.size === 0) socket.destroy()
      }
    },
    size: () => connections.size,
  }
}
