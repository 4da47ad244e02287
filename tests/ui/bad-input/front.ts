import { createServer, request as askFor } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'

/** What stands between a person and their workspace: a line that can be cut, an ingress that has nobody behind it, a workspace of another version. */
export async function startFront(workspace: string) {
  const { hostname, port } = new URL(workspace)
  const lines = new Set<Socket>()
  let suspended = false
  let version: string | undefined
  let asked = 0

  const server = createServer((request, response) => {
    asked += 1
    if (suspended) {
      // As an ingress answers for a service without pods.
      response.writeHead(503, { 'content-type': 'text/html' })
      return void response.end('<html><h1>503 Service Temporarily Unavailable</h1></html>')
    }
    const { method, url: path, headers } = request
    const passed = askFor({ hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    passed.on('error', () => response.destroy())
    request.pipe(passed)
    return undefined
  })
  server.on('connection', (line) => {
    lines.add(line)
    line.on('error', () => undefined)
    line.on('close', () => lines.delete(line))
  })

  const relays = new WebSocketServer({ noServer: true })
  const told = (text: string) =>
    version === undefined
      ? text
      : text.replace(/"server_version":"[^"]*"/, `"server_version":"${version}"`)
  server.on('upgrade', (request, line, head) => {
    if (suspended) return void line.end('HTTP/1.1 503 Service Temporarily Unavailable\r\n\r\n')
    relays.handleUpgrade(request, line, head, (near) => {
      const { authorization = '', 'accept-language': language = 'en' } = request.headers
      const far = new WebSocket(`ws://${hostname}:${port}${request.url ?? ''}`, {
        headers: { authorization, 'accept-language': language },
      })
      const early: string[] = []
      near.on('message', (data: Buffer) => {
        if (far.readyState === WebSocket.OPEN) far.send(data.toString())
        else early.push(data.toString())
      })
      far.on('open', () => {
        for (const text of early.splice(0)) far.send(text)
      })
      far.on('message', (data: Buffer) => near.send(told(data.toString())))
      far.on('close', (code, reason) =>
        code >= 4000 ? near.close(code, reason.toString()) : near.terminate(),
      )
      near.on('close', () => far.terminate())
      for (const end of [near, far]) end.on('error', () => undefined)
    })
    return undefined
  })

  const listen = (at: number) =>
    new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve))
  const away = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const line of lines) line.destroy()
    await closed
  }
  await listen(0)
  const own = (server.address() as AddressInfo).port
  return {
    url: `http://127.0.0.1:${own}`,
    /** How many requests came so far, passed on or not. */
    asked: () => asked,
    /** Nothing listens any more; every line is cut. */
    away,
    back: () => listen(own),
    /** Every request is answered 503, and open lines are cut; false: as before. */
    suspend: (is: boolean) => {
      suspended = is
      if (is) for (const line of lines) line.destroy()
    },
    /** The workspace says from now on that it is of this version. */
    pretend: (other: string) => {
      version = other
    },
    close: async () => {
      if (server.listening) await away()
    },
  }
}
export type Front = Awaited<ReturnType<typeof startFront>>
