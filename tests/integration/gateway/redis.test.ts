import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Redis } from 'ioredis'
import { until } from '../../support/until.ts'
import { freePort } from '@codelab/standalone/stores/free-port'
import { startGateway, type UnderTest } from './gateway-under-test.ts'

let server: ChildProcess
let port: number
let redis: Redis
let under: UnderTest

const startRedis = async () => {
  server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    { stdio: 'ignore' },
  )
  await until('redis to answer', () => redis.ping().catch(() => false))
}
const stopRedis = async () => {
  server.kill('SIGKILL')
  await once(server, 'exit')
}

beforeAll(async () => {
  port = await freePort()
  redis = new Redis({ port, host: '127.0.0.1', maxRetriesPerRequest: 0, retryStrategy: () => 50 })
  redis.on('error', () => undefined)
  await startRedis()
  under = await startGateway({ REDIS_URL: `redis://127.0.0.1:${port}`, SESSION_TTL_S: '2' })
})
afterAll(async () => {
  await under.stop()
  redis.disconnect()
  await stopRedis()
})

const record = async (session: string) =>
  JSON.parse((await redis.get(`session:${session}`)) ?? 'null') as Record<string, string> | null

describe('session:{id} in redis', () => {
  test('is there with the first frame and names the newest socket', async () => {
    const session = under.newSession()
    const first = await under.connect(session)
    await first.waitFor('session')
    const one = await record(session)
    expect(one).toEqual({
      user_id: under.userId,
      ws_connection_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      created_at: under.agent.sessions.get(session)?.createdAt,
    })
    expect(await redis.pttl(`session:${session}`)).toBeGreaterThan(0)
    const second = await under.connect(session)
    await second.waitFor('session')
    const two = await record(session)
    expect(two?.['ws_connection_id']).not.toBe(one?.['ws_connection_id'])
    first.close()
    second.close()
  })

  test('is renewed by activity', async () => {
    const session = under.newSession()
    const socket = await under.connect(session)
    await socket.waitFor('session')
    await until(
      'half of its life to pass',
      async () => (await redis.pttl(`session:${session}`)) < 1_000,
    )
    socket.send({ type: 'user_message', content: 'x' })
    await until('it to live longer', async () => (await redis.pttl(`session:${session}`)) > 1_000)
    socket.close()
  })

  test('is written again when it has gone and the session is younger', async () => {
    const session = under.newSession()
    const socket = await under.connect(session)
    await socket.waitFor('session')
    await redis.flushall()
    socket.send({ type: 'user_message', content: 'x' })
    await socket.waitFor('user_message')
    expect(await record(session)).toMatchObject({ user_id: under.userId })
    socket.close()
  })

  test('decides nothing: an expired session is told so and closed with 4010, at once and when it is used', async () => {
    const session = under.newSession()
    const socket = await under.connect(session)
    await socket.waitFor('session')
    const live = under.agent.sessions.get(session)
    if (live) live.expired = true
    await until('the key to end', async () => (await record(session)) === null)
    socket.send({ type: 'user_message', content: 'too late', id: 'late' })
    expect((await socket.closed()).code).toBe(4010)
    expect(socket.find('error')).toMatchObject({ code: 'session_expired' })
    expect(live?.log).toEqual([])
    const again = await under.connect(session)
    expect((await again.closed()).code).toBe(4010)
    expect(again.frames).toMatchObject([{ type: 'error', code: 'session_expired' }])
  })

  test('keeps no session alive that has ended in the database; another conflict closes nothing', async () => {
    const session = under.newSession()
    const socket = await under.connect(session)
    await socket.waitFor('session')
    under.agent.fail('post /api/v1/chat/message', 'conflict', 'conflict')
    socket.send({ type: 'user_message', content: 'an id in use', id: 'used' })
    expect(await socket.waitFor('error')).toMatchObject({ code: 'conflict', in_reply_to: 'used' })
    under.agent.sessions.get(session)!.expired = true
    socket.send({ type: 'user_message', content: 'too late', id: 'late' })
    expect((await socket.closed()).code).toBe(4010)
    expect(socket.frames.at(-1)).toMatchObject({ type: 'error', code: 'session_expired' })
  })
})

test('redis killed while working: sockets, messages and REST go on, health says so, and it is used again later', async () => {
  const session = under.newSession()
  const socket = await under.connect(session)
  await socket.waitFor('session')
  await stopRedis()
  socket.send({ type: 'user_message', content: 'without redis', id: 'w1' })
  await socket.waitFor('user_message', ({ id }) => id === 'w1')
  const other = await under.connect(under.newSession())
  await other.waitFor('session')
  expect((await under.call('/api/v1/sessions')).status).toBe(200)
  const health = await fetch(`${under.gateway.url}/health`)
  expect(health.status).toBe(503)
  expect(await health.json()).toMatchObject({
    status: 'unhealthy',
    checks: { redis: false, gateway: true },
  })
  expect((await fetch(`${under.gateway.url}/readyz`)).status).toBe(200)
  await startRedis()
  await until('the session to be written again', async () => {
    socket.send({ type: 'user_message', content: 'with redis again' })
    return record(session)
  })
  socket.close()
  other.close()
})

test('redis that hangs costs time, no message and no socket', async () => {
  const session = under.newSession()
  const socket = await under.connect(session)
  await socket.waitFor('session')
  server.kill('SIGSTOP')
  try {
    socket.send({ type: 'user_message', content: 'into the silence', id: 'h1' })
    await socket.waitFor('user_message', ({ id }) => id === 'h1')
    const other = await under.connect(under.newSession())
    await other.waitFor('session')
    other.close()
  } finally {
    server.kill('SIGCONT')
  }
  socket.close()
})
