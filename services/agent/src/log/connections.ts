/** Connections whose streams are open in this process; claims belong to connections. */
export type Connections = ReturnType<typeof createConnections>

type Parts = {
  renew: (connections: string[]) => Promise<void>
  gone: (connection: string) => Promise<void>
  onError: (error: unknown) => void
}

/** Tells the store which connections are there, all in one statement, and at once when one has gone. */
export function createConnections({ renew, gone, onError }: Parts) {
  const open = new Map<string, number>()
  return {
    /** Counts a stream of the connection; the answer ends it. */
    enter(connection: string | undefined): () => void {
      if (connection === undefined) return () => undefined
      open.set(connection, (open.get(connection) ?? 0) + 1)
      return () => {
        const left = (open.get(connection) ?? 1) - 1
        if (left > 0) {
          open.set(connection, left)
          return
        }
        open.delete(connection)
        gone(connection).catch(onError)
      }
    },
    async renewAll(): Promise<void> {
      if (open.size > 0) await renew([...open.keys()])
    },
  }
}
