/** An open socket as the rest of the gateway sees it. */
export type OpenSocket = {
  readonly connectionId: string
  readonly sessionId: string
  readonly userId: string
  /** Looks at heartbeat and back-pressure. */
  tick(now: number): void
  /** Finishes what has been received, then closes with 1012. */
  restart(): Promise<void>
}

export type SocketRegistry = ReturnType<typeof createSocketRegistry>

/** All open sockets of this instance, by user and by session. */
export function createSocketRegistry({ maxPerUser }: { maxPerUser: number }) {
  const all = new Set<OpenSocket>()
  const perUser = new Map<string, number>()
  const perSession = new Map<string, Set<OpenSocket>>()

  const leaveSession = (socket: OpenSocket) => {
    const others = perSession.get(socket.sessionId)
    others?.delete(socket)
    if (others?.size === 0) perSession.delete(socket.sessionId)
  }

  return {
    all: (): readonly OpenSocket[] => [...all],
    size: () => all.size,
    /** False when the user has as many open as one may. */
    add(socket: OpenSocket): boolean {
      const count = perUser.get(socket.userId) ?? 0
      if (count >= maxPerUser) return false
      perUser.set(socket.userId, count + 1)
      all.add(socket)
      const others = perSession.get(socket.sessionId) ?? new Set()
      perSession.set(socket.sessionId, others.add(socket))
      return true
    },
    remove(socket: OpenSocket): void {
      if (!all.delete(socket)) return
      const count = perUser.get(socket.userId) ?? 1
      if (count <= 1) perUser.delete(socket.userId)
      else perUser.set(socket.userId, count - 1)
      leaveSession(socket)
    },
    /** The newest socket of a session on this instance. */
    newestOf: (sessionId: string): OpenSocket | undefined =>
      [...(perSession.get(sessionId) ?? [])].at(-1),
  }
}
