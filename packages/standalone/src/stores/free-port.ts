import { randomInt } from 'node:crypto'
import { createServer, type AddressInfo, type Server } from 'node:net'

/**
 * Below all that systems give to outgoing connections (Linux from 32768, RFC 6335 from 49152): a port from there may be gone before its
 * service listens. Also below Kubernetes' node ports.
 */
const lowest = 20_000
const highest = 29_999
const tries = 20
/** What this process was given may not be listened on yet. */
const given = new Set<number>()
const mostGiven = (highest - lowest) / 2

const listenOn = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })

/** On any port that the system has where none of ours can be had. */
async function listening(triesLeft = tries): Promise<Server> {
  if (triesLeft === 0) return listenOn(0)
  if (given.size > mostGiven) given.clear()
  const port = randomInt(lowest, highest + 1)
  if (given.has(port)) return listening(triesLeft - 1)
  given.add(port)
  try {
    return await listenOn(port)
  } catch {
    return listening(triesLeft - 1)
  }
}

/** Different ports of 127.0.0.1 that nobody listens on right now and this process was not given before: all are held until all are known. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listening()))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

/** One such port. */
export const freePort = async (): Promise<number> => (await freePorts(1))[0]!
