import { WebSocket } from 'ws'
import type { ClientFrame } from '@codelab/contracts/frames'
import type { Ending } from './close-reason.ts'

/** One life of one socket. */
export type Connection = {
  send(frame: ClientFrame): void
  /** Ends it; `onEnd` follows. */
  close(): void
  /** Drops a line that no longer answers, without waiting for the other side. */
  drop(): void
}

export type Heartbeat = { readonly silenceMs: number; readonly graceMs: number }
export const usualHeartbeat: Heartbeat = { silenceMs: 20_000, graceMs: 10_000 }

const handshakeMs = 10_000
const largestFrame = 32 * 1024 * 1024
const droppedCode = 1006
const farewellMs = 1_000

/** Opens a socket. `onEnd` is called exactly once, whatever happens; a line that stays silent through a ping counts as ended. */
export function openConnection(options: {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly onText: (text: string) => void
  readonly onEnd: (ending: Ending) => void
  readonly heartbeat?: Heartbeat
}): Connection {
  const { url, headers, onText, onEnd, heartbeat = usualHeartbeat } = options
  const socket = new WebSocket(url, {
    headers,
    handshakeTimeout: handshakeMs,
    maxPayload: largestFrame,
    perMessageDeflate: false,
    followRedirects: false,
  })
  let ended = false
  let pulse: NodeJS.Timeout | undefined

  const end = (ending: Ending) => {
    if (ended) return
    ended = true
    clearTimeout(pulse)
    onEnd(ending)
  }
  const alive = () => {
    if (ended) return
    clearTimeout(pulse)
    pulse = setTimeout(() => {
      socket.ping()
      pulse = setTimeout(() => socket.terminate(), heartbeat.graceMs)
    }, heartbeat.silenceMs)
  }

  socket.on('open', alive)
  socket.on('ping', alive)
  socket.on('pong', alive)
  socket.on('message', (data: Buffer) => {
    alive()
    if (!ended) onText(data.toString())
  })
  socket.on('unexpected-response', (_request, response) => {
    const retryAfter = Number(response.headers['retry-after'])
    end({
      code: droppedCode,
      reason: 'the upgrade was refused',
      status: response.statusCode ?? 0,
      ...(retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {}),
    })
    response.destroy()
    socket.terminate()
  })
  socket.on('error', (error) => end({ code: droppedCode, reason: error.message, error }))
  socket.on('close', (code, reason) => end({ code, reason: reason.toString() }))

  return {
    send: (frame) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame))
    },
    close: () => {
      socket.close(1000)
      setTimeout(() => socket.terminate(), farewellMs).unref()
    },
    drop: () => socket.terminate(),
  }
}
