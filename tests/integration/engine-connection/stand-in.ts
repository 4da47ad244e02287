import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { ClientFrame, LogFrame, ServerFrame } from '@codelab/contracts/frames'

/** A frame of the log before it has its place there. */
export type Unplaced = LogFrame extends infer Frame
  ? Frame extends LogFrame
    ? Omit<Frame, 'seq'>
    : never
  : never

export type StandIn = {
  readonly url: string
  readonly log: LogFrame[]
  /** What clients have sent, in order, also what came twice. */
  readonly received: ClientFrame[]
  /** The upgrade requests so far. */
  readonly upgrades: { readonly url: string; readonly authorization: string | undefined }[]
  readonly sockets: Set<WebSocket>
  append(...frames: Unplaced[]): void
  /** To every open socket, outside the log. */
  tell(frame: ServerFrame): void
  /** Breaks every line without a word. */
  cut(): void
  /** Closes every socket with a code. */
  close(code: number, reason?: string): void
  /** What happens with a frame; by default messages are stored once and echoed. */
  onFrame: (frame: ClientFrame, socket: WebSocket) => void
  /** Runs before the first frame; answers false when it has dealt with the socket. */
  onOpen: (socket: WebSocket, request: IncomingMessage) => boolean
  /** What REST answers, by the path without its query; other paths are not found. A number is a status without a body of ours. */
  readonly rest: Map<string, unknown>
  /** Frames with a lower `seq` are no longer kept. */
  kept: number
  stop(): Promise<void>
}

/** The part of a gateway that the client's connection is made of: an ordered log, sockets as cursors on it, and every way to fail. */
export async function startStandIn(): Promise<StandIn> {
  const http: Server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const isMessages = /^\/api\/v1\/sessions\/[^/]+\/messages$/.test(path)
    const answer = rest.get(path) ?? rest.get('*') ?? (isMessages ? { items: [] } : 404)
    if (typeof answer === 'number') return void response.writeHead(answer).end('no page')
    response.writeHead(200, { 'content-type': 'application/json' })
    return void response.end(JSON.stringify(answer))
  })
  const rest = new Map<string, unknown>()
  const upgrades: StandIn['upgrades'] = []
  const sockets = new Set<WebSocket>()
  const log: LogFrame[] = []
  const received: ClientFrame[] = []

  const send = (socket: WebSocket, frame: ServerFrame) => socket.send(JSON.stringify(frame))
  const standIn: StandIn = {
    url: '',
    log,
    received,
    upgrades,
    sockets,
    rest,
    kept: 1,
    append: (...frames) => {
      for (const frame of frames) {
        const placed = { ...frame, seq: log.length + 1 } as LogFrame
        log.push(placed)
        for (const socket of sockets) send(socket, placed)
      }
    },
    tell: (frame) => {
      for (const socket of sockets) send(socket, frame)
    },
    cut: () => {
      for (const socket of sockets) socket.terminate()
      sockets.clear()
    },
    close: (code, reason = '') => {
      for (const socket of sockets) socket.close(code, reason)
      sockets.clear()
    },
    onOpen: () => true,
    onFrame: (frame) => {
      if (frame.type !== 'user_message' || !frame.id) return
      const { id, content } = frame
      if (log.some((entry) => entry.type === 'user_message' && entry.id === id)) return
      standIn.append({ type: 'user_message', id, content })
    },
    stop: async () => {
      standIn.cut()
      await new Promise((resolve) => http.close(resolve))
    },
  }

  const running = () => {
    const turn = log.findLast((frame) => frame.type === 'turn')
    return turn?.type === 'turn' && turn.state === 'started' ? turn.seq : undefined
  }
  const greet = (socket: WebSocket, request: IncomingMessage) => {
    const asked = new URL(request.url ?? '', 'ws://x').searchParams.get('after')
    const start = running()
    const after = asked === null ? (start === undefined ? log.length : start - 1) : Number(asked)
    const resumed = asked !== null && after >= standIn.kept - 1
    send(socket, {
      type: 'session',
      session_id: 's',
      last_seq: log.length,
      resumed,
      state: start === undefined ? 'idle' : 'thinking',
      pending_approvals: [],
      models: ['codelab-demo'],
      limits: {},
      server_version: 'stand-in',
    })
    for (const frame of log) if (frame.seq > after && frame.seq >= standIn.kept) send(socket, frame)
  }

  new WebSocketServer({ server: http }).on('connection', (socket, request) => {
    upgrades.push({ url: request.url ?? '', authorization: request.headers.authorization })
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    if (!standIn.onOpen(socket, request)) return
    greet(socket, request)
    sockets.add(socket)
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as ClientFrame
      received.push(frame)
      standIn.onFrame(frame, socket)
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  return Object.assign(standIn, { url: `http://127.0.0.1:${port}` })
}
