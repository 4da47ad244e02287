import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net'
import { setDefaultCACertificates, getCACertificates, type TLSSocket } from 'node:tls'
import { createConnections, restFor } from '@codelab/llm-proxy/connections/connections'
import { targetFor } from '@codelab/llm-proxy/connections/request-head'
import { selfSigned } from '../../../support/certificate.ts'
import { until } from '../../../support/until.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

const listening = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => open.add(socket))
  closing.push(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

const connectionsOf = (connectTimeoutMs = 5_000) => {
  const connections = createConnections({ connectTimeoutMs })
  closing.push(connections.close)
  const at = (url: string, headers: Record<string, string> = {}) =>
    targetFor(url, () => headers)(undefined)
  type Target = ReturnType<typeof at>
  return {
    ...connections,
    at,
    /** The answer to a request, read to its end. */
    ask: (target: Target, body: string | Buffer = '{}') =>
      new Promise<{ status: number; body: Buffer }>((resolve, reject) => {
        let status = 0
        const pieces: Buffer[] = []
        connections.post(target, Buffer.from(body), {
          head: (head) => void (status = head.status),
          body: (bytes) => void pieces.push(bytes),
          ended: () => resolve({ status, body: Buffer.concat(pieces) }),
          failed: reject,
        })
      }),
  }
}

/** A server that says these bytes to each request's end mark, whatever they are, and counts its connections. */
const scripted = async (answer: string, more: { thenClose?: boolean } = {}) => {
  let [opened, closed] = [0, 0]
  const server = createTcpServer((socket) => {
    opened += 1
    socket.on('error', () => {}).once('close', () => (closed += 1))
    socket.on('data', (bytes) => {
      if (!bytes.toString('latin1').endsWith('{}')) return
      socket.write(answer)
      if (more.thenClose) socket.end()
    })
  })
  const port = await listening(server)
  return { url: `http://127.0.0.1:${port}/`, opened: () => opened, closed: () => closed }
}

const whole = (headers = '') => `HTTP/1.1 200 OK\r\n${headers}content-length: 2\r\n\r\nok`

test('requests in turn share a connection; those side by side have one each', async () => {
  const { url, opened } = await scripted(whole())
  const { ask, at } = connectionsOf()
  const target = at(url)
  for (let count = 0; count < 3; count++) await ask(target)
  expect(opened()).toBe(1)
  await Promise.all([ask(target), ask(target), ask(target)])
  expect(opened()).toBe(3)
})

test.each([
  ['says that it is the last', whole('connection: close\r\n')],
  ['is of HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok'],
  [
    'has two framings',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  ],
  ['is followed by more', `${whole()}HTTP/1.1 200 OK\r\n`],
  ['leaves no time for another', whole('keep-alive: timeout=2\r\n')],
])('nothing follows an answer that %s', async (_, answer) => {
  const { url, opened } = await scripted(answer)
  const { ask, at } = connectionsOf()
  for (const wanted of [1, 2]) {
    const { body } = await ask(at(url))
    expect(body.toString()).toBe('ok')
    expect(opened()).toBe(wanted)
  }
})

test('a connection that the server has closed is not used again', async () => {
  const { url, opened, closed } = await scripted(whole(), { thenClose: true })
  const { ask, at } = connectionsOf()
  const target = at(url)
  await ask(target)
  await until('the connection is closed on both sides', () => closed() === 1)
  await ask(target)
  expect(opened()).toBe(2)
})

test('a connection that speaks unasked is cut', async () => {
  let said = 0
  const server = createTcpServer((socket) => {
    socket.once('data', () => {
      socket.write(whole())
      setImmediate(() => socket.write('unasked'))
    })
    socket.on('error', () => {}).once('close', () => (said += 1))
  })
  const { ask, at } = connectionsOf()
  await ask(at(`http://127.0.0.1:${await listening(server)}/`))
  await until('it is cut', () => said === 1)
})

test('how long a connection waits is what its server says, less what is under way', () => {
  expect(
    ['timeout=5, max=9', 'max=9,timeout=75', undefined, 'timeout=999999999'].map(restFor),
  ).toEqual([3_000, 73_000, 4_000, 600_000])
})

test.each([
  ['cuts the connection', '', 'ECONNRESET'],
  ['cuts its answer', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok', 'ECONNRESET'],
  ['speaks another protocol', 'SSH-2.0-OpenSSH\r\n\r\n', 'EPROTO'],
  [
    'says two lengths',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok',
    'EPROTO',
  ],
])('a server that %s is a failure with its code', async (_, answer, code) => {
  const { url } = await scripted(answer, { thenClose: true })
  const { ask, at } = connectionsOf()
  await expect(ask(at(url))).rejects.toMatchObject({ code })
})

test('nobody who listens, and nobody who shakes hands in time, are failures with their codes', async () => {
  const free = createTcpServer()
  const port = await listening(free)
  free.close()
  const silent = await listening(createTcpServer((socket) => void socket.on('error', () => {})))
  const { ask, at } = connectionsOf(50)
  await expect(ask(at(`http://127.0.0.1:${port}/`))).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await expect(ask(at(`https://127.0.0.1:${silent}/`))).rejects.toMatchObject({ code: 'ETIMEDOUT' })
})

test('who still waits when all is closed hears it, and nobody may ask any more', async () => {
  const { url } = await scripted('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n')
  const { ask, at, close } = connectionsOf()
  const waiting = ask(at(url))
  close()
  await expect(waiting).rejects.toMatchObject({ code: 'ECONNABORTED' })
  await expect(ask(at(url))).rejects.toMatchObject({ code: 'ECONNABORTED' })
})

const echo = createServer((request, response) => {
  const pieces: Buffer[] = []
  request.on('data', (piece: Buffer) => pieces.push(piece))
  request.on('end', () => {
    const { url, headers } = request
    if (url === '/head') response.end(JSON.stringify({ url, headers }))
    else response.end(Buffer.concat(pieces))
  })
})

test.each([0, 1, 16_384, 16_385, 3_000_000])(
  '%d bytes arrive as they are, both ways',
  async (size) => {
    const { ask, at } = connectionsOf()
    const bytes = Buffer.from(Uint8Array.from({ length: size }, (_, at) => (at * 7) % 256))
    const { status, body } = await ask(at(`http://127.0.0.1:${await listening(echo)}/`), bytes)
    expect([status, body.equals(bytes)]).toEqual([200, true])
  },
)

test('a request names its host, its kind and its key, or the user of the base URL', async () => {
  const { ask, at } = connectionsOf()
  const port = await listening(echo)
  const headOf = async (target: ReturnType<typeof at>) =>
    JSON.parse((await ask(target)).body.toString())
  expect(await headOf(at(`http://us%40er:p%3Aw@127.0.0.1:${port}/head`))).toEqual({
    url: '/head',
    headers: {
      ...{ host: `127.0.0.1:${port}`, 'content-type': 'application/json', 'user-agent': 'codelab' },
      ...{ authorization: `Basic ${btoa('us@er:p:w')}`, 'content-length': '2' },
    },
  })
  const withKey = at(`http://user@127.0.0.1:${port}/head`, { authorization: 'Bearer key' })
  expect((await headOf(withKey)).headers.authorization).toBe('Bearer key')
  expect(() => at(`http://127.0.0.1:${port}/`, { authorization: 'Bearer a\r\nb: c' })).toThrow(
    'Invalid character in header content',
  )
})

test('over TLS the certificate is checked, and the next connection takes up the session of the last', async () => {
  const { key, cert } = selfSigned('vendor')
  let reused = 0
  const server = createTlsServer({ key, cert }, (request, response) => {
    request.resume()
    response.setHeader('connection', 'close').end('ok')
  })
  server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.isSessionReused()) reused += 1
  })
  const { ask, at } = connectionsOf()
  const target = at(`https://127.0.0.1:${await listening(server)}/`)
  await expect(ask(target)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  const usual = getCACertificates()
  closing.push(() => setDefaultCACertificates(usual))
  setDefaultCACertificates([...usual, cert])
  expect((await ask(target)).body.toString()).toBe('ok')
  await until('a session is taken up', async () => {
    await ask(target)
    return reused > 0
  })
})
