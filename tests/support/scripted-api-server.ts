import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttps, type ServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'

/** A request as it arrived. */
export type Seen = {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
  /** The subject of the client's certificate. */
  readonly subject: string | undefined
}

export type Reply = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** One open watch, in the hands of the test. */
export type ScriptedWatch = {
  readonly seen: Seen
  send(type: string, object: unknown): void
  /** Bytes as they are. */
  raw(bytes: string | Uint8Array): void
  /** The orderly end. */
  end(): void
  /** A TCP reset. */
  reset(): void
  isOpen(): boolean
}

export type Script = {
  /** Answers anything but a watch; `undefined` leaves the request without an answer. */
  reply?: (seen: Seen, count: number) => Reply | undefined | Promise<Reply | undefined>
  /** An answer in the place of a watch. */
  refuseWatch?: (count: number) => Reply | undefined
  /** Called for each watch once its headers are sent. */
  watch?: (watch: ScriptedWatch, count: number) => void
}

export type ScriptedApiServer = Awaited<ReturnType<typeof startScriptedApiServer>>

/** The API server's form of a refusal. */
export const refusal = (code: number, reason: string, details: object = {}): Reply => ({
  status: code,
  body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code, ...details },
})

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text === '' ? undefined : JSON.parse(text)
}

/** An HTTP server that says what its script says, in the forms of a Kubernetes API server; over TLS when it is given a certificate. */
export async function startScriptedApiServer(script: Script = {}, tls?: ServerOptions) {
  const requests: Seen[] = []
  const watches: ScriptedWatch[] = []
  const sockets = new Set<Socket>()

  const openWatch = (seen: Seen, response: ServerResponse): void => {
    const watch: ScriptedWatch = {
      seen,
      send: (type, object) => void response.write(`${JSON.stringify({ type, object })}\n`),
      raw: (bytes) => void response.write(bytes),
      end: () => void response.end(),
      reset: () => void response.socket?.resetAndDestroy(),
      isOpen: () => !response.destroyed && !response.writableEnded,
    }
    watches.push(watch)
    const refused = script.refuseWatch?.(watches.length)
    if (refused) return answer(response, refused)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    script.watch?.(watch, watches.length)
  }

  const answer = (response: ServerResponse, { status = 200, headers, body }: Reply) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}))
  }

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url!, 'http://server')
    const peer = 'getPeerCertificate' in request.socket ? request.socket : undefined
    const certificate = (
      peer as { getPeerCertificate?: () => { subject?: { CN?: string } } }
    )?.getPeerCertificate?.()
    const seen: Seen = {
      method: request.method!,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      body: await bodyOf(request),
      subject: certificate?.subject?.CN,
    }
    requests.push(seen)
    if (seen.query['watch'] === 'true') return openWatch(seen, response)
    const reply = await script.reply?.(seen, requests.length - watches.length)
    if (reply) answer(response, reply)
  }

  const listener = (request: IncomingMessage, response: ServerResponse) =>
    void handle(request, response).catch((error: unknown) =>
      answer(response, { status: 500, body: String(error) }),
    )
  const server = tls ? createHttps(tls, listener) : createHttp(listener)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`

  return {
    url,
    /** Changed by a test at any time. */
    script,
    requests,
    watches,
    lists: () => requests.filter(({ query }) => query['watch'] !== 'true'),
    openWatches: () => watches.filter((watch) => watch.isOpen()),
    connections: () => sockets.size,
    /** A client-node configuration for it, without credentials. */
    config(): KubeConfig {
      const config = new KubeConfig()
      config.loadFromClusterAndUser(
        { name: 'scripted', server: url, skipTLSVerify: true },
        { name: 'tester' },
      )
      return config
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
