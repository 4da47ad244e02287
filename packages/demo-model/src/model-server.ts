import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createResponder, type ResponderOptions } from './responder.ts'

export type ModelServer = {
  readonly url: string
  readonly port: number
  /** Ends every open answer and stops listening. */
  close(): Promise<void>
}

export type ModelServerOptions = ResponderOptions & {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
}

/** Serves a model's replies over HTTP in one vendor's dialect. Rejects when the port is taken. */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const { host } = options
  const server = createServer(createResponder(options))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
