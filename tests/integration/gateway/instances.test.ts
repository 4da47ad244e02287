import { until } from '../../support/until.ts'
import { startGateway, type UnderTest } from './gateway-under-test.ts'

let under: UnderTest
beforeEach(async () => {
  under = await startGateway()
})
afterEach(() => under.stop())

test('two gateways serve one session: a frame sent into one comes out of both', async () => {
  const other = await under.startAnother()
  const session = under.newSession()
  const left = await under.connect(session)
  const right = await under.connect(session, { at: other.url })
  await Promise.all([left.waitFor('session'), right.waitFor('session')])
  left.send({ type: 'user_message', content: 'from the left', id: 'l' })
  right.send({ type: 'user_message', content: 'from the right', id: 'r' })
  for (const socket of [left, right]) {
    await socket.waitFor('user_message', ({ id }) => id === 'l')
    await socket.waitFor('user_message', ({ id }) => id === 'r')
  }
  await other.stop()
  expect((await right.closed()).code).toBe(1012)
  const again = await under.connect(session, { query: '?after=1' })
  await again.waitFor('user_message')
  expect(again.frames.filter(({ type }) => type === 'user_message')).toMatchObject([{ seq: 2 }])
  expect(left.socket.readyState).toBe(left.socket.OPEN)
  left.close()
  again.close()
})

test('a stop finishes what was received, closes every socket with 1012 and takes no new one', async () => {
  const session = under.newSession()
  const sockets = await Promise.all(Array.from({ length: 10 }, () => under.connect(session)))
  await Promise.all(sockets.map((socket) => socket.waitFor('session')))
  const release = under.agent.hold('post /api/v1/chat/message')
  sockets[0]?.send({ type: 'user_message', content: 'last words', id: 'last' })
  await until('the message to be under way', () =>
    under.agent.recorded.some(({ route }) => route === 'post /api/v1/chat/message'),
  )
  const other = await under.startAnother()
  const stopped = under.gateway.stop()
  expect((await fetch(`${other.url}/readyz`)).status).toBe(200)
  release()
  await stopped
  for (const socket of sockets) expect((await socket.closed()).code).toBe(1012)
  expect(under.agent.sessions.get(session)?.log).toMatchObject([{ id: 'last' }])
  await expect(fetch(`${under.gateway.url}/livez`)).rejects.toThrow()
  under.replaceGateway(other)
})

test('a hundred sessions of one user stream at once, each frame once and in order', async () => {
  const sessions = Array.from({ length: 100 }, () => under.newSession())
  const sockets = await Promise.all(sessions.map((session) => under.connect(session)))
  await Promise.all(sockets.map((socket) => socket.waitFor('session')))
  for (let at = 1; at <= 50; at += 1) {
    for (const session of sessions) {
      under.agent.append(session, {
        type: 'assistant_message',
        message_id: 'a',
        token: `t${at}`,
        is_final: false,
      })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  for (const socket of sockets) {
    await socket.waitFor('assistant_message', ({ seq }) => seq === 50)
    expect(socket.frames.slice(1).map((frame) => 'seq' in frame && frame.seq)).toEqual(
      Array.from({ length: 50 }, (_, at) => at + 1),
    )
    socket.close()
  }
})
