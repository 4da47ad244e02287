import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, Server as NetServer } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { trackConnections } from './connections.ts'
import type { Metrics } from './metrics.ts'
import { StartError } from './process.ts'

export type Listening = {
  readonly url: string
  readonly server: Server
  /** An upgraded connection belongs to whoever took it over; neither `leave` nor `close` ends it. */
  handOver(socket: Duplex): void
  /** Answers on for `forMs`, each time as the last answer of its connection, so that nobody is cut; then takes no new connection. */
  leave(forMs: number): Promise<void>
  /** Stops accepting, lets requests finish for `drainMs`, then ends what is left. */
  close(drainMs?: number): Promise<void>
}

/** How often a server that is closing looks for connections that have become idle. */
const lookEveryMs = 20

const hostInUrl = (host: string) =>
  host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host

/** Listens; a taken or forbidden port is a `StartError` that names it. Port 0 takes a free one. */
export async function listen(
  handler: RequestListener,
  { host, port, name = 'server' }: { host: string; port: number; name?: string },
): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: 75_000, noDelay: true })
  const connections = trackConnections(server)
  server.on('request', handler)
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
  let stopped: Promise<void> | undefined
  /** Resolves when the last connection has ended. The HTTP server's own `close` would cut those that are quiet for a moment. */
  const stopAccepting = () =>
    (stopped ??= new Promise<void>((resolve) => {
      NetServer.prototype.close.call(server, () => resolve())
    }))
  return {
    url: `http://${hostInUrl(host)}:${taken}`,
    server,
    handOver: connections.forget,
    async leave(forMs) {
      connections.leave()
      await delay(forMs)
      void stopAccepting()
    },
    async close(drainMs = 5_000) {
      const done = stopAccepting()
      const end = performance.now() + drainMs
      for (connections.closeIdle(); connections.size() > 0; connections.closeIdle()) {
        if (performance.now() >= end) break
        await delay(lookEveryMs)
      }
      server.closeAllConnections()
      await done
      server.close()
    },
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
