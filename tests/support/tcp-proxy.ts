import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

/** A connection to a store that a test can cut, mend and silence. */
export async function startTcpProxy(target: URL) {
  const open = new Set<Socket>()
  let away = false
  let refused = 0
  const server = createServer((client) => {
    if (away) {
      refused += 1
      return void client.destroy()
    }
    const upstream = connect(Number(target.port), target.hostname)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from)
      from.pipe(to)
      from.on('error', () => undefined)
      from.on('close', () => {
        open.delete(from)
        to.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    /** Ends all connections and refuses new ones. */
    cut() {
      away = true
      for (const socket of open) socket.destroy()
    },
    /** From now on the connections that are open carry nothing, and neither side is told; new ones are whole. */
    swallow() {
      for (const socket of open) socket.unpipe().resume()
    },
    /** Connections that came while it was cut. */
    refused: () => refused,
    mend() {
      away = false
    },
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
