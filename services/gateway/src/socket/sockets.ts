import websockify from 'koa-websocket'
import type Koa from 'koa'
import { limits } from '@codelab/contracts/frames'
import { setTimeout as delay } from 'node:timers/promises'
import type { WebSocket, WebSocketServer } from 'ws'
import { connectSocket } from './connection.ts'
import { endings } from './ending.ts'
import type { SocketParts } from './parts.ts'
import { socketProtocol } from './protocol.ts'
import { readUpgradeTarget } from './upgrade-target.ts'
import { within } from '../within.ts'

/** How long a restart waits for peers to answer the close; one that reads slowly otherwise has the library's 30 s for what is under way. */
const closeWithinMs = 2_000
/** At a restart sockets are closed spread over this time, so that their clients do not come back all at once. */
const spreadMs = 1_500

/** Puts the WebSocket side onto the Koa application; `stop` closes all sockets with 1012. */
export function createSockets(app: Koa, parts: SocketParts) {
  const { registry, settings, now } = parts
  const websocketApp = websockify(app)
  websocketApp.ws.use((ctx) => {
    const target = readUpgradeTarget(ctx.req.url ?? '')
    if ('status' in target) return ctx.websocket.terminate()
    return connectSocket(parts, ctx.websocket as WebSocket, { request: ctx.req, target })
  })
  websocketApp.ws.listen({
    noServer: true,
    clientTracking: true,
    perMessageDeflate: false,
    maxPayload: limits.frame_bytes,
    handleProtocols: (offered: Set<string>) => offered.has(socketProtocol) && socketProtocol,
  })
  const tickMs = Math.min(1_000, settings.heartbeatMs, settings.heartbeatGraceMs)
  const ticking = setInterval(() => {
    const instant = now()
    for (const socket of registry.all()) socket.tick(instant)
  }, tickMs)

  const server = () => websocketApp.ws.server as WebSocketServer
  const allClosed = async () => {
    const open = [...server().clients].filter((ws) => ws.readyState !== ws.CLOSED)
    await Promise.all(open.map((ws) => new Promise((resolve) => void ws.once('close', resolve))))
  }

  return {
    server,
    stop: async (): Promise<void> => {
      await Promise.all(
        registry.all().map(async (socket) => {
          await delay(Math.random() * spreadMs)
          await socket.restart()
        }),
      )
      // Those that were just being let in.
      for (const ws of server().clients)
        if (ws.readyState === ws.OPEN) ws.close(endings.restarting.code, endings.restarting.reason)
      await within(closeWithinMs, allClosed())
      for (const ws of server().clients) ws.terminate()
      clearInterval(ticking)
    },
  }
}
