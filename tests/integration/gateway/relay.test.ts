import { connect as connectTcp } from 'node:net'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { WebSocket } from 'ws'
import { until } from '../../support/until.ts'
import { startGateway, type UnderTest } from './gateway-under-test.ts'

let under: UnderTest
beforeAll(async () => {
  under = await startGateway({ SLOW_READER_S: '1' })
})
afterAll(() => under.stop())

const token = (at: number, text = `t${at}`) => ({
  type: 'assistant_message',
  message_id: 'a',
  token: text,
  is_final: false,
})

test('a stream that breaks again and again is taken up without loss, doubles or a word to the client', async () => {
  const session = under.newSession()
  const socket = await under.connect(session)
  await socket.waitFor('session')
  const received = () =>
    socket.frames.flatMap((frame) => (frame.type === 'assistant_message' ? [frame.seq] : []))
  for (let round = 1; round <= 5; round += 1) {
    for (let at = 1; at <= 40; at += 1) {
      under.agent.append(session, token(at))
      if (at % 20 === 0) under.agent.breakStreams()
    }
    await until(`round ${round}`, () => received().length >= round * 40)
  }
  expect(received()).toEqual(Array.from({ length: 200 }, (_, at) => at + 1))
  expect(socket.frames.filter(({ type }) => type !== 'assistant_message')).toHaveLength(1)
  socket.close()
})

test('a stream that the agent refuses for a while is opened once it answers', async () => {
  const session = under.newSession()
  under.agent.fail('get /api/v1/chat/stream/:id', 'unavailable', 'internal', 'unavailable')
  const socket = await under.connect(session)
  await socket.waitFor('session')
  under.agent.append(session, token(1))
  await socket.waitFor('assistant_message')
  socket.close()
})

test('a stream that brings no sign of life is opened again', async () => {
  const quick = await startGateway({ STREAM_SILENCE_MS: '200' })
  const session = quick.newSession()
  const socket = await quick.connect(session)
  await socket.waitFor('session')
  const opened = () => quick.agent.recorded.filter(({ route }) => route.includes('/stream/')).length
  await until('another stream', () => opened() > 1)
  quick.agent.append(session, token(1))
  await socket.waitFor('assistant_message')
  socket.close()
  await quick.stop()
})

test('a reader that takes nothing is closed with 4008, and what waits for it stays small', async () => {
  const session = under.newSession()
  under.agent.create(session, under.userId)
  const text = randomBytes(48 * 1024).toString('base64')
  for (let at = 1; at <= 2_000; at += 1) under.agent.append(session, token(at, text))
  const before = process.memoryUsage()
  const slow = new WebSocket(`${under.gateway.url.replace('http', 'ws')}/ws/${session}?after=0`, {
    headers: { authorization: `Bearer ${await under.token()}` },
  })
  const closed = once(slow, 'close') as Promise<[number]>
  await once(slow, 'open')
  slow.pause()
  const openSockets = async () => {
    const metrics = await (await fetch(`${under.gateway.adminUrl}/metrics`)).text()
    return Number(/codelab_gateway_sockets_open (\d+)/.exec(metrics)?.[1])
  }
  await until('the gateway to serve it', async () => (await openSockets()) === 1)
  await until('the gateway to give up', async () => (await openSockets()) === 0, 60_000)
  const after = process.memoryUsage()
  const grown = after.rss - before.rss
  expect(grown).toBeLessThan(64 * 1_048_576)
  slow.resume()
  const [code] = await closed
  expect(code).toBe(4008)
  await until('the stream to end', () => under.agent.sessions.get(session)?.readers.size === 0)
}, 90_000)

test('a reader that is slow but reads gets every frame', async () => {
  const session = under.newSession()
  under.agent.create(session, under.userId)
  const text = randomBytes(24 * 1024).toString('base64')
  for (let at = 1; at <= 400; at += 1) under.agent.append(session, token(at, text))
  const socket = await under.connect(session, { query: '?after=0' })
  const pausing = setInterval(() => {
    socket.socket.pause()
    setTimeout(() => socket.socket.resume(), 20)
  }, 40)
  await socket.waitFor('assistant_message', ({ seq }) => seq === 400)
  clearInterval(pausing)
  expect(socket.frames).toHaveLength(401)
  socket.close()
})

test('a peer that answers no ping is cut; one that does stays', async () => {
  const quick = await startGateway({ HEARTBEAT_MS: '300', HEARTBEAT_GRACE_MS: '500' })
  const session = quick.newSession()
  const alive = await quick.connect(session)
  await alive.waitFor('session')
  const { hostname, port } = new URL(quick.gateway.url)
  const dead = connectTcp(Number(port), hostname)
  dead.write(
    [
      `GET /ws/${session} HTTP/1.1`,
      'Host: gateway',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      `Authorization: Bearer ${await quick.token()}`,
      '\r\n',
    ].join('\r\n'),
  )
  dead.resume()
  await once(dead, 'close')
  expect(alive.socket.readyState).toBe(WebSocket.OPEN)
  alive.close()
  await quick.stop()
})

test('frames sent in the same packet as the upgrade are not lost', async () => {
  const session = under.newSession()
  const { hostname, port } = new URL(under.gateway.url)
  const client = connectTcp(Number(port), hostname)
  const payload = Buffer.from('{"type":"user_message","content":"first","id":"first"}')
  const frame = Buffer.concat([
    Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), // final text frame, masked with zeros
    payload,
  ])
  const head = [
    `GET /ws/${session} HTTP/1.1`,
    'Host: gateway',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    `Authorization: Bearer ${await under.token()}`,
    '\r\n',
  ].join('\r\n')
  client.write(Buffer.concat([Buffer.from(head), frame, frame, frame]))
  await until('the three messages', () => under.agent.sessions.get(session)?.log.length === 3)
  client.destroy()
})
