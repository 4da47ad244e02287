import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Log } from '@codelab/runtime/log'
import type { Redis } from '@codelab/runtime/redis'
import { EventRows, type EventRow } from './event-row.ts'

export type Listener = {
  /** Committed rows of the session, in order, but perhaps with a gap before them or known already. */
  rows(rows: readonly EventRow[]): void
  /** Something may have been missed: look into the log, unless its end, if known, was already sent. */
  look(lastSeq?: number): void
}

export type Bus = ReturnType<typeof createBus>

const Packet = z.object({ from: z.string(), rows: EventRows })
const channelOf = (sessionId: string) => `agent:session:${sessionId}`

/**
 * Brings committed rows to the streams of this process directly and to those of others through Redis. It only makes things fast:
 * a stream that hears nothing finds everything in the log.
 */
export function createBus({
  redis,
  subscriber,
  log,
}: {
  redis: Redis
  /** A connection of its own: a subscribed one can do nothing else. */
  subscriber: Redis
  log: Log
}) {
  const origin = randomUUID()
  const listeners = new Map<string, Set<Listener>>()
  const lookAll = () => listeners.forEach((of) => of.forEach((listener) => listener.look()))

  const listen = (sessionIds: string[]) => {
    if (sessionIds.length === 0 || subscriber.status !== 'ready') return
    subscriber.subscribe(...sessionIds.map(channelOf)).then(
      // What was committed before the subscription held was not heard.
      () => sessionIds.forEach((id) => listeners.get(id)?.forEach((listener) => listener.look())),
      (error: unknown) => log.debug({ err: error }, 'cannot subscribe; streams poll'),
    )
  }

  subscriber.on('ready', () => listen([...listeners.keys()]))
  subscriber.on('close', lookAll)
  subscriber.on('message', (channel: string, text: string) => {
    const of = listeners.get(channel.slice(channelOf('').length))
    if (!of) return
    const packet = parsePacket(text)
    if (!packet) of.forEach((listener) => listener.look())
    else if (packet.from !== origin) of.forEach((listener) => listener.rows(packet.rows))
  })

  return {
    /** Rows of a session that were just committed. */
    publish(sessionId: string, rows: readonly EventRow[]): void {
      listeners.get(sessionId)?.forEach((listener) => listener.rows(rows))
      if (redis.status !== 'ready') return
      redis
        .publish(channelOf(sessionId), JSON.stringify({ from: origin, rows }))
        .catch((error: unknown) => log.debug({ err: error }, 'cannot publish; streams poll'))
    },
    /** The session is gone, or changed in a way that no row tells. */
    nudge(sessionId: string): void {
      listeners.get(sessionId)?.forEach((listener) => listener.look())
      if (redis.status === 'ready') {
        redis.publish(channelOf(sessionId), '').catch(() => undefined)
      }
    },
    subscribe(sessionId: string, listener: Listener): () => void {
      const of = listeners.get(sessionId) ?? new Set()
      of.add(listener)
      listeners.set(sessionId, of)
      if (of.size === 1) listen([sessionId])
      return () => {
        of.delete(listener)
        if (of.size > 0 || listeners.get(sessionId) !== of) return
        listeners.delete(sessionId)
        if (subscriber.status === 'ready') {
          subscriber.unsubscribe(channelOf(sessionId)).catch(() => undefined)
        }
      }
    },
    healthy: () => redis.status === 'ready' && subscriber.status === 'ready',
    sessions: () => [...listeners.keys()],
    look: (sessionId: string, lastSeq?: number) =>
      listeners.get(sessionId)?.forEach((listener) => listener.look(lastSeq)),
  }
}

function parsePacket(text: string): z.infer<typeof Packet> | undefined {
  try {
    return Packet.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
