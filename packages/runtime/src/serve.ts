import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Metrics } from './metrics.ts'
import { StartError } from './process.ts'

export type Listening = {
  readonly url: string
  readonly server: Server
  /** Stops accepting, lets requests finish for `drainMs`, then ends what is left. */
  close(drainMs?: number): Promise<void>
}

const hostInUrl = (host: string) =>
  host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host

/** Listens; a taken or forbidden port is a `StartError` that names it. Port 0 takes a free one. */
export async function listen(
  handler: RequestListener,
  { host, port, name = 'server' }: { host: string; port: number; name?: string },
): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: 75_000, noDelay: true }, handler)
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new StartError(
              `port ${port} of ${host} is taken; end the program that uses it or choose another port for ${name}`,
            )
          : new StartError(
              `${name} cannot listen on ${host}:${port} (${error.code ?? error.name})`,
            ),
      ),
    )
    server.listen(port, host, resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${hostInUrl(host)}:${taken}`,
    server,
    close: (drainMs = 5_000) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), drainMs)
        server.close(() => {
          clearTimeout(timer)
          resolve()
        })
        server.closeIdleConnections()
        // Clients open connections ahead of need; Node does not count one that never had a request as idle and would wait for it.
        for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
      }),
  }
}

type Probe = () => boolean | Promise<boolean>

/** True when `check` says so within `withinMs`; a throw or silence is false. */
export async function answersWithin(withinMs: number, check: Probe): Promise<boolean> {
  const silence = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => silence.resolve(false), withinMs)
  try {
    return await Promise.race([Promise.try(check), silence.promise])
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}

/** Probes and metrics on a port of their own, away from users: `/livez`, `/readyz`, `/metrics`. */
export async function startAdmin({
  host,
  port,
  metrics,
  live = () => true,
  ready,
}: {
  host: string
  port: number
  metrics: Metrics
  live?: Probe
  ready: Probe
}): Promise<Listening> {
  const probe = async (check: Probe): Promise<[number, string, string]> =>
    (await answersWithin(2_000, check))
      ? [200, 'text/plain', 'ok\n']
      : [503, 'text/plain', 'not ready\n']
  const answers: Record<string, () => Promise<[number, string, string]>> = {
    '/livez': () => probe(live),
    '/readyz': () => probe(ready),
    '/metrics': async () => [200, metrics.registry.contentType, await metrics.registry.metrics()],
  }
  return listen(
    (request, response) => {
      const answer = answers[(request.url ?? '').split('?', 1)[0]!]
      const respond = ([status, type, body]: [number, string, string]) =>
        response.writeHead(status, { 'content-type': type }).end(body)
      if (!answer) return void respond([404, 'text/plain', 'not found\n'])
      answer().then(respond, () => respond([500, 'text/plain', 'failed\n']))
    },
    { host, port, name: 'the admin port' },
  )
}
