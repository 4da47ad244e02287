import { type AnswerListener, type Connection, openConnection } from './connection.ts'
import type { Origin } from './origin.ts'
import type { Target } from './request-head.ts'

export type Connections = ReturnType<typeof createConnections>

/** Servers that say nothing of it close a quiet connection after 5 s (Node, uvicorn) or later. */
const quietMs = 4_000
/** A server counts from its own last byte, and its end is on its way for a while. */
const marginMs = 2_000
const longestMs = 600_000
const lookEveryMs = 1_000

/** How long a connection may wait for its next request, by the server's `Keep-Alive: timeout=…` where there is one. */
export const restFor = (keepAlive: string | undefined): number => {
  const seconds = /(?:^|[,\s])timeout=(\d{1,9})/i.exec(keepAlive ?? '')?.[1]
  return seconds === undefined ? quietMs : Math.min(Number(seconds) * 1_000 - marginMs, longestMs)
}

/**
 * Connections to vendors, HTTP/1.1 over TCP or TLS: one request at a time on each, as many as there are requests, kept for the next one.
 * Not HTTP/2: one broken connection would break every answer on it.
 * Over undici the same short answer took half as long again: it looks a turn of the loop ahead before it uses a connection again, and
 * reads through a stream (docs/benchmarks/peers.md, "What was tried").
 */
export const createConnections = ({ connectTimeoutMs }: { connectTimeoutMs: number }) => {
  const all = new Set<Connection>()
  const idle = new Map<Origin, { connection: Connection; until: number }[]>()
  let over = false

  const nobodyAsks = new Error('nobody asks on it')
  const look = setInterval(() => {
    const now = performance.now()
    for (const [origin, waiting] of idle) {
      const kept = waiting.filter(({ until }) => until > now)
      for (const { connection, until } of waiting) if (until <= now) connection.destroy(nobodyAsks)
      if (kept.length > 0) idle.set(origin, kept)
      else idle.delete(origin)
    }
  }, lookEveryMs).unref()

  const forget = (origin: Origin, connection: Connection): void => {
    all.delete(connection)
    const waiting = idle.get(origin)
    const at = waiting?.findIndex((one) => one.connection === connection) ?? -1
    if (at >= 0) waiting?.splice(at, 1)
  }

  const open = (origin: Origin): Connection => {
    const connection = openConnection(origin, {
      connectTimeoutMs,
      idle(free, keepAlive) {
        const rest = restFor(keepAlive)
        if (rest <= 0) return free.destroy(nobodyAsks)
        const until = performance.now() + rest
        const waiting = idle.get(origin)
        if (waiting) waiting.push({ connection: free, until })
        else idle.set(origin, [{ connection: free, until }])
      },
      closed: (gone) => forget(origin, gone),
    })
    all.add(connection)
    return connection
  }

  /** The one that was used last: the others may come to their end. */
  const take = (origin: Origin): Connection => {
    const last = idle.get(origin)?.pop()
    if (last && last.until > performance.now()) return last.connection
    last?.connection.destroy(nobodyAsks)
    return open(origin)
  }

  return {
    /** Sends a request, its answer goes to `listener`. Throws after `close`. */
    post({ origin, lines }: Target, body: Buffer, listener: AnswerListener): Connection {
      if (over)
        throw Object.assign(new Error('all connections are closed'), { code: 'ECONNABORTED' })
      const connection = take(origin)
      connection.send(lines, body, listener)
      return connection
    },
    /** Cuts all; who waits for an answer hears it as a failure. */
    close: (): void => {
      over = true
      clearInterval(look)
      const stopping = Object.assign(new Error('the service stops'), { code: 'ECONNABORTED' })
      for (const connection of all) connection.destroy(stopping)
    },
  }
}
