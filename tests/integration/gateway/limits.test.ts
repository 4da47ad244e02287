import { startGateway, type UnderTest } from './gateway-under-test.ts'
import { until } from '../../support/until.ts'

let under: UnderTest
beforeAll(async () => {
  under = await startGateway({
    MAX_CONNECTIONS_PER_USER: '3',
    SESSION_MESSAGES_PER_MINUTE: '5',
    FRAMES_PER_MINUTE: '50',
    REQUESTS_PER_MINUTE: '8',
  })
})
afterAll(() => under.stop())

test('one socket more than a user may have is closed with 4009; after one has gone there is room again', async () => {
  const sub = `limited-${under.newSession()}`
  const open = await Promise.all([1, 2, 3].map(() => under.connect(under.newSession(), { sub })))
  await Promise.all(open.map((socket) => socket.waitFor('session')))
  const refused = await under.connect(under.newSession(), { sub })
  expect((await refused.closed()).code).toBe(4009)
  open[0]?.close()
  await open[0]?.closed()
  await until('room for another', async () => {
    const next = await under.connect(under.newSession(), { sub })
    const entered = await Promise.race([next.waitFor('session'), next.closed()])
    next.close()
    return 'type' in entered
  })
  for (const socket of open) socket.close()
})

test('more messages than a session may get in a minute close the socket with 4029', async () => {
  const session = under.newSession()
  const socket = await under.connect(session)
  for (let at = 1; at <= 6; at += 1) {
    socket.send({ type: 'user_message', content: 'x', id: `m${at}` })
  }
  expect((await socket.closed()).code).toBe(4029)
  expect(socket.find('error')).toMatchObject({ code: 'rate_limited', in_reply_to: 'm6' })
  expect(under.agent.sessions.get(session)?.log).toHaveLength(5)
})

test('more frames of any kind than a socket may send close it with 4029', async () => {
  const socket = await under.connect(under.newSession())
  for (let at = 1; at <= 60; at += 1) socket.send({ type: 'ack', seq: at })
  expect((await socket.closed()).code).toBe(4029)
})

test('more requests than a user may make are answered 429 with Retry-After', async () => {
  const token = await under.token(`busy-${under.newSession()}`)
  const answers = []
  for (let at = 1; at <= 9; at += 1) answers.push(await under.call('/api/v1/sessions', { token }))
  expect(answers.slice(0, 8).map(({ status }) => status)).toEqual(Array(8).fill(200))
  const last = answers.at(-1)
  expect(last?.status).toBe(429)
  expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(last?.body['error']).toMatchObject({
    code: 'rate_limited',
    retry_after_s: expect.any(Number),
  })
})

test('upgrades of one address are limited', async () => {
  const strict = await startGateway({ UPGRADES_PER_MINUTE: '1', REDIS_URL: 'redis://127.0.0.1:9' })
  const first = await strict.connect(strict.newSession())
  await first.waitFor('session')
  const second = await strict.connect(strict.newSession())
  expect((await second.closed()).code).toBe(1006)
  expect(second.frames).toEqual([])
  await strict.stop()
})
