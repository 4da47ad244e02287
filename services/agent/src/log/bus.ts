import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { Log } from '@codelab/runtime/log'
import type { Redis } from '@codelab/runtime/redis'
import { EventRows, pageRows, type EventRow } from './event-row.ts'

export type Listener = {
  /** Committed rows of the session, in order, but perhaps with a gap before them or known already. */
  rows(rows: readonly EventRow[]): void
  /** Something may have been missed: look into the log, unless its end, if known, was already sent. */
  look(lastSeq?: number): void
}

export type Bus = ReturnType<typeof createBus>

/** Channels and texts in turn: one command, however many sessions have news. */
const publishAll = `for i = 1, #ARGV, 2 do redis.call('PUBLISH', ARGV[i], ARGV[i + 1]) end`

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
  // Redis keeps keys of its databases apart, but not channels: a name holds its database's number, or who shares a server shares frames.
  const channels = `agent:${redis.options.db ?? 0}:session:`
  const channelOf = (sessionId: string) => channels + sessionId
  /** Begins every text, so that this process knows its own without reading them. */
  const origin = randomUUID()
  const listeners = new Map<string, Set<Listener>>()
  let missed = (sessionIds: readonly string[]) =>
    sessionIds.forEach((id) => listeners.get(id)?.forEach((listener) => listener.look()))
  const lookAll = () => listeners.forEach((of) => of.forEach((listener) => listener.look()))

  const listen = (sessionIds: string[]) => {
    if (sessionIds.length === 0 || subscriber.status !== 'ready') return
    subscriber.subscribe(...sessionIds.map(channelOf)).then(
      // What was committed before the subscription held was not heard.
      () => missed(sessionIds),
      (error: unknown) => log.debug({ err: error }, 'cannot subscribe; streams poll'),
    )
  }

  subscriber.on('ready', () => listen([...listeners.keys()]))
  subscriber.on('close', lookAll)
  subscriber.on('message', (channel: string, text: string) => {
    const of = listeners.get(channel.slice(channels.length))
    if (!of || text.startsWith(origin)) return
    const rows = parseRows(text.slice(origin.length))
    if (rows) of.forEach((listener) => listener.rows(rows))
    else of.forEach((listener) => listener.look())
  })

  let outgoing: string[] = []
  const send = () => {
    const news = outgoing
    outgoing = []
    if (redis.status !== 'ready') return
    redis
      .eval(publishAll, 0, ...news)
      .catch((error: unknown) => log.debug({ err: error }, 'cannot publish; streams poll'))
  }
  const tellOthers = (sessionId: string, rows = '') => {
    if (outgoing.length === 0) queueMicrotask(send)
    outgoing.push(channelOf(sessionId), origin + rows)
  }

  const nudge = (sessionId: string) => {
    listeners.get(sessionId)?.forEach((listener) => listener.look())
    tellOthers(sessionId)
  }

  return {
    /** Rows of a session that were just committed. Of a great many the streams are told only that there is news. */
    publish(sessionId: string, rows: readonly EventRow[]): void {
      if (rows.length > pageRows) return nudge(sessionId)
      listeners.get(sessionId)?.forEach((listener) => listener.rows(rows))
      tellOthers(sessionId, JSON.stringify(rows))
    },
    /** The session is gone, or changed in a way that no row tells. */
    nudge,
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
    /** Who is told of sessions that may have had news unheard; without it each of their streams looks for itself. */
    onMissed: (tell: (sessionIds: readonly string[]) => void) => void (missed = tell),
    healthy: () => redis.status === 'ready' && subscriber.status === 'ready',
    sessions: () => [...listeners.keys()],
    look: (sessionId: string, lastSeq?: number) =>
      listeners.get(sessionId)?.forEach((listener) => listener.look(lastSeq)),
  }
}

/** Undefined for a text without rows: look into the log. */
function parseRows(text: string): z.infer<typeof EventRows> | undefined {
  try {
    return EventRows.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
