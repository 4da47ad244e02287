import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { engineEnded, slowPage } from '@codelab/contracts/engine-ui/events'
import type { Log } from '@codelab/runtime/log'
import { askOf } from '../gate/ask.ts'
import type { Entries } from '../gate/entries.ts'
import { refusalOf } from '../gate/gate.ts'
import type { EventLog } from './event-log.ts'

/** Bytes that may wait for one page: so many for a while, since one frame alone may have 10 MiB, and never more than so many. */
const someWaiting = 4 * 1024 * 1024
const patienceMs = 3_000
const mostWaiting = 32 * 1024 * 1024
const mostPages = 32
const notListening = 1008
const tooMany = 1013

export type EventSockets = {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** How many pages listen. */
  pages(): number
  close(): void
}

function refuseUpgrade(socket: Duplex, status: number): void {
  const body = `${STATUS_CODES[status] ?? 'Refused'}\n`
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
}

const cursorIn = (request: IncomingMessage): number | undefined => {
  const after = new URLSearchParams((request.url ?? '').split('?', 2)[1]).get('after')
  return after !== null && /^\d{1,15}$/.test(after) ? Number(after) : undefined
}

/** The pages' sockets: cursors on the event log. A page that does not keep up is closed and comes back with its cursor. */
export function createEventSockets(parts: {
  readonly host: () => string
  readonly entries: Entries
  readonly events: EventLog
  readonly log: Log
  readonly onPages: (count: number) => void
}): EventSockets {
  const { host, entries, events, log, onPages } = parts
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: 1024,
    perMessageDeflate: false,
    clientTracking: false,
  })
  const open = new Set<WebSocket>()
  const behindSince = new WeakMap<WebSocket, number>()

  const isTooSlow = (socket: WebSocket): boolean => {
    if (socket.bufferedAmount <= someWaiting) {
      behindSince.delete(socket)
      return false
    }
    const now = performance.now()
    const since = behindSince.get(socket) ?? now
    behindSince.set(socket, since)
    return socket.bufferedAmount > mostWaiting || now - since > patienceMs
  }

  const send = (socket: WebSocket, text: string): void => {
    if (socket.readyState !== socket.OPEN) return
    if (isTooSlow(socket)) {
      log.info({ waiting: socket.bufferedAmount }, 'a page reads too slowly; it is closed')
      open.delete(socket)
      socket.close(slowPage, 'too slow')
      // The closing word waits behind what was not read: do not wait for it for ever.
      setTimeout(() => socket.terminate(), 2_000).unref()
      return
    }
    socket.send(text)
  }

  const greet = (socket: WebSocket, request: IncomingMessage): void => {
    const after = cursorIn(request)
    const missed = events.since(after ?? events.last())
    const cursor = missed && after !== undefined ? after : events.last()
    const hello = { n: cursor, type: 'hello', engine: events.engine, cursor, reset: !missed }
    send(socket, `[${[JSON.stringify(hello), ...(missed ?? [])].join(',')}]`)
  }

  const take = (socket: WebSocket, request: IncomingMessage): void => {
    socket.on('error', () => undefined)
    if (open.size >= mostPages) return socket.close(tooMany, 'too many pages')
    socket.on('message', () => socket.close(notListening, 'this socket only tells'))
    socket.on('close', () => {
      open.delete(socket)
      onPages(open.size)
    })
    greet(socket, request)
    open.add(socket)
    onPages(open.size)
    return undefined
  }

  const stop = events.listen((texts) => {
    if (open.size === 0) return
    const message = `[${texts.join(',')}]`
    for (const socket of open) send(socket, message)
  })

  return {
    upgrade: (request, socket, head) => {
      socket.on('error', () => socket.destroy())
      const refusal = refusalOf(askOf(request, entries, true), host())
      if (refusal) return refuseUpgrade(socket, refusal.status)
      server.handleUpgrade(request, socket, head, (accepted) => take(accepted, request))
      return undefined
    },
    pages: () => open.size,
    close: () => {
      stop()
      for (const socket of open) {
        socket.close(engineEnded, 'the engine ends')
        setTimeout(() => socket.terminate(), 500).unref()
      }
      open.clear()
    },
  }
}
