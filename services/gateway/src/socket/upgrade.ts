import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { failureBody, Failure, publicFailure } from '@codelab/runtime/failure'
import type { FailureCode } from '@codelab/contracts/errors'
import type { Listening } from '@codelab/runtime/serve'
import type { WebSocketServer } from 'ws'
import type { Limiter } from '../limits/limiter.ts'
import { clientAddress } from '../proxy/client-address.ts'
import { readUpgradeTarget } from './upgrade-target.ts'

const codeOf = { 400: 'invalid_request', 404: 'not_found' } as const satisfies Record<
  number,
  FailureCode
>

/** Answers an upgrade request over HTTP and ends the connection. */
function refuseUpgrade(socket: Duplex, failure: Failure, requestId: string): void {
  const body = JSON.stringify(failureBody(failure, requestId))
  const head = [
    `HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    ...(failure.retryAfterSeconds ? [`Retry-After: ${failure.retryAfterSeconds}`] : []),
  ]
  socket.once('finish', () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** Not a closure beside the request's: it stays as long as the socket, and would keep the request with its headers. */
function hangUp(this: Duplex): void {
  this.destroy()
}

/** A browser's origin must be on the list; programs send none. */
const originAllowed = ({ headers }: IncomingMessage, allowed: ReadonlySet<string>): boolean => {
  const origin = headers.origin ?? headers['sec-websocket-origin']
  return origin === undefined || (typeof origin === 'string' && allowed.has(origin))
}

/** What the HTTP server does with an upgrade request: path, Origin and rate are judged before, the token after it is accepted. */
export function createUpgrade({
  webSockets,
  allowedOrigins,
  limiter,
  trustedHops,
  isStopping,
  newId,
}: {
  webSockets: () => WebSocketServer
  allowedOrigins: readonly string[]
  /** Upgrades per address. */
  limiter: Limiter
  trustedHops: number
  isStopping: () => boolean
  newId: () => string
}) {
  const allowed = new Set(allowedOrigins)

  const judge = async (request: IncomingMessage): Promise<void> => {
    const target = readUpgradeTarget(request.url ?? '')
    if ('status' in target) throw new Failure(codeOf[target.status], { message: target.message })
    if (!originAllowed(request, allowed)) {
      throw new Failure('forbidden', {
        message: 'Web pages of this origin may not connect; see ALLOWED_ORIGINS.',
      })
    }
    if (isStopping()) throw new Failure('unavailable', { retryAfterSeconds: 1 })
    await limiter.consume(clientAddress(request, trustedHops))
  }

  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', hangUp)
    judge(request)
      .then(() => {
        const server = webSockets()
        server.handleUpgrade(request, socket, head, (ws) => server.emit('connection', ws, request))
      })
      .catch((error: unknown) => refuseUpgrade(socket, publicFailure(error), newId()))
  }
}

/** Gives WebSocket upgrades to `upgrade`; a request that offers another protocol (`h2c`) is answered as if it had not. */
export function takeUpgrades(
  { server, handOver }: Pick<Listening, 'server' | 'handOver'>,
  upgrade: ReturnType<typeof createUpgrade>,
): void {
  Object.assign(server, {
    shouldUpgradeCallback: ({ headers }: IncomingMessage) =>
      headers.upgrade?.toLowerCase() === 'websocket',
  })
  server.on('upgrade', (request, socket, head) => {
    handOver(socket)
    upgrade(request, socket, head)
  })
}
