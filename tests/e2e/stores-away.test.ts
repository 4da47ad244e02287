import { randomUUID } from 'node:crypto'
import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { expectFailure } from '../support/expect-failure.ts'
import { stateOf } from '../support/people.ts'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { bearer, restClient, type RestClient } from '../support/rest.ts'
import { openSocket, signIn, type TestSocket } from '../support/socket.ts'
import { until } from '../support/until.ts'

/** PostgreSQL or Redis dies under a running platform, while it rests and while an answer streams. The start command brings them back. */
let platform: StartedPlatform
let token: string
let rest: RestClient
beforeAll(async () => {
  platform = await startPlatform()
  const { gateway, username, password } = platform.ready
  token = (await signIn(gateway, username, password)).access_token
  rest = restClient(gateway, bearer(token))
}, 60_000)
afterAll(() => platform.remove(), 30_000)

type Store = 'postgres' | 'redis'
/** Of each store: who runs it, and a file without which it does not start. */
const files = {
  postgres: ['postgres/data/postmaster.pid', 'postgres/data/PG_VERSION'],
  redis: ['redis/redis.pid', 'redis/redis.conf'],
} as const
const pathOf = (store: Store, at: 0 | 1) => join(platform.data, files[store][at])

const kill = async (store: Store) =>
  process.kill(parseInt(await readFile(pathOf(store, 0), 'utf8'), 10), 'SIGKILL')

/** Kills the store and keeps it away until the answer is called. */
async function takeAway(store: Store): Promise<() => Promise<void>> {
  const needed = pathOf(store, 1)
  await rename(needed, `${needed}.away`)
  await kill(store)
  await until(`${store} to be missed`, async () => (await health()).checks[store] === false)
  return () => rename(`${needed}.away`, needed)
}

const health = async () => {
  const { status, body } = await restClient(platform.ready.gateway)('get', '/health')
  return { code: status, ...(body as { status: string; checks: Record<string, boolean> }) }
}
const healthy = () =>
  until('everything to answer again', async () => (await health()).code === 200, 20_000)

const open = async (session: string = randomUUID(), query = '') => {
  const socket = await openSocket({ gateway: platform.ready.gateway, token, session, query })
  await socket.waitFor('session')
  return socket
}
const textOf = (socket: TestSocket) =>
  socket.frames
    .flatMap((frame) => (frame.type === 'assistant_message' ? [frame.token] : []))
    .join('')
const seqsOf = (socket: TestSocket) =>
  socket.frames.flatMap((frame) => ('seq' in frame ? [frame.seq] : []))
const countTo = (n: number) => Array.from({ length: n }, (_, at) => at + 1).join(' ')

/** All of the log was sent once and in order, and what the answer's final frame says is what was shown. */
function expectWhole(socket: TestSocket, n: number): void {
  expect(seqsOf(socket)).toEqual(seqsOf(socket).map((_, at) => at + 1))
  expect(socket.answers()).toEqual([countTo(n)])
  const discarded = socket.frames.flatMap((frame) =>
    frame.type === 'message_discarded' ? [frame.message_id] : [],
  )
  const shown = socket.frames.flatMap((frame) =>
    frame.type === 'assistant_message' && !discarded.includes(frame.message_id)
      ? [frame.token]
      : [],
  )
  expect(shown.join('')).toBe(countTo(n))
}

/** Starts an answer that streams for about two seconds and waits for its beginning. */
async function streaming(n: number) {
  const session = randomUUID()
  const socket = await open(session)
  socket.send({ type: 'user_message', id: 'asked', content: `count to ${n} at 100 tokens/s` })
  await until('the answer to begin', () => textOf(socket).includes('10'))
  return { socket, session }
}
const finished = (socket: TestSocket) =>
  until(
    'the end of the turn',
    () => socket.find('turn', ({ state }) => state === 'finished'),
    40_000,
  )

/** What a later reader gets is what the stream showed. */
async function expectReplay(session: string, socket: TestSocket): Promise<void> {
  const reader = await open(session, '?after=0')
  await finished(reader)
  const logOf = ({ frames }: TestSocket) => frames.filter((frame) => 'seq' in frame)
  expect(logOf(reader)).toEqual(logOf(socket))
  reader.close()
}

test('PostgreSQL away while all rests: 503 in the form of the wire, health says so, then all works again', async () => {
  const session = randomUUID()
  const resting = await open(session)
  const giveBack = await takeAway('postgres')
  expect(await health()).toEqual({
    code: 503,
    status: 'unhealthy',
    checks: { gateway: true, agent_runtime: true, llm_proxy: true, postgres: false, redis: true },
  })
  for (const service of ['gateway', 'agent', 'llm_proxy']) {
    const { status } = await fetch(`${platform.ready.admin[service]}/readyz`)
    expect([service, status]).toEqual([service, 200])
  }
  const message = { session_id: session, message: 'echo: early', id: 'early' }
  for (const answer of [
    await rest('get', '/api/v1/sessions'),
    await rest('get', `/api/v1/sessions/${session}/messages`),
    await rest('patch', `/api/v1/sessions/${session}`, { json: { title: 'x' } }),
    await rest('post', '/api/v1/message', { json: message }),
  ])
    expectFailure(answer, 'unavailable')
  resting.send({ type: 'user_message', id: 'early', content: 'echo: early' })
  await resting.waitFor(
    'error',
    (error) => error.code === 'unavailable' && error.in_reply_to === 'early',
  )
  const { gateway, username, password } = platform.ready
  await expect(signIn(gateway, username, password)).rejects.toThrow(/503.*temporarily_unavailable/)

  await giveBack()
  await healthy()
  resting.send({ type: 'user_message', id: 'early', content: 'echo: early' })
  await resting.waitFor('assistant_message', ({ content }) => content === 'early')
  expect(resting.frames.filter(({ type }) => type === 'user_message').length).toBe(1)
  await expect(signIn(gateway, username, password)).resolves.toHaveProperty('access_token')
  resting.close()
}, 60_000)

test('PostgreSQL killed while an answer streams: the answer comes whole, without a gap or a frame twice', async () => {
  const { socket, session } = await streaming(200)
  await kill('postgres')
  await finished(socket)
  expectWhole(socket, 200)
  await healthy()
  await expectReplay(session, socket)
  socket.close()
}, 90_000)

test('messages sent while PostgreSQL is away are acknowledged and kept, or refused and not kept', async () => {
  const session = randomUUID()
  const socket = await open(session)
  const ids = Array.from({ length: 40 }, (_, at) => `m${at}`)
  const outcomes = new Map<string, number>()
  const sending = (async () => {
    for (const id of ids) {
      const json = { session_id: session, message: `echo: ${id}`, id }
      const { status } = await rest('post', '/api/v1/message', { json })
      outcomes.set(id, status)
      if (id === 'm5') await kill('postgres')
      if (status !== 200) await healthy()
    }
  })()
  await sending
  const acknowledged = ids.filter((id) => outcomes.get(id) === 200)
  expect(acknowledged.length).toBeGreaterThanOrEqual(6)
  for (const id of ids.filter((each) => !acknowledged.includes(each)))
    expect(outcomes.get(id)).toBe(503)
  const stored = await until(
    'every acknowledged message to be answered',
    async () => {
      const page = await rest('get', `/api/v1/sessions/${session}/messages?limit=200`)
      if (page.status !== 200) return undefined
      const { items } = page.body as { items: { id: string; role: string; content: string }[] }
      const answered = items
        .filter(({ role }) => role === 'assistant')
        .map(({ content }) => content)
      return acknowledged.every((id) => answered.includes(id)) ? items : undefined
    },
    40_000,
  )
  const asked = stored.filter(({ role }) => role === 'user').map(({ id }) => id)
  expect(asked.filter((id) => acknowledged.includes(id))).toEqual(acknowledged)
  expect(new Set(asked).size).toBe(asked.length)
  socket.close()
}, 90_000)

test('Redis killed while an answer streams: sockets stay, nothing is lost, health says so', async () => {
  const { socket, session } = await streaming(300)
  const giveBack = await takeAway('redis')
  const late = await open()
  late.send({ type: 'user_message', content: 'count to 3' })
  await late.waitFor('turn', ({ state }) => state === 'finished')
  expect((await rest('get', '/api/v1/sessions')).status).toBe(200)
  expect((await health()).checks).toMatchObject({ redis: false, postgres: true, gateway: true })
  const { gateway, username, password } = platform.ready
  await expect(signIn(gateway, username, password)).resolves.toHaveProperty('access_token')
  await giveBack()
  await finished(socket)
  expectWhole(socket, 300)
  await healthy()
  await expectReplay(session, socket)
  for (const each of [socket, late]) each.close()
}, 90_000)

test('Redis emptied while an answer streams: nothing is lost and the session is written again', async () => {
  const { redis_url } = await stateOf(platform.data)
  const redis = new Redis(redis_url)
  const { socket, session } = await streaming(300)
  await redis.flushall()
  await finished(socket)
  expectWhole(socket, 300)
  socket.send({ type: 'user_message', content: 'count to 3' })
  await until('a second answer', () => socket.answers().length === 2)
  const record = await until('the session', () => redis.get(`session:${session}`))
  expect(JSON.parse(record)).toMatchObject({
    user_id: expect.any(String),
    ws_connection_id: expect.any(String),
    created_at: expect.any(String),
  })
  expect(await redis.ttl(`session:${session}`)).toBeGreaterThan(86_000)
  redis.disconnect()
  socket.close()
}, 60_000)

test('of all that went wrong nothing that was said is in the log, and no password', async () => {
  const { database_url, redis_url } = await stateOf(platform.data)
  const printed = platform
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
  expect(printed.length).toBeGreaterThan(0)
  for (const secret of [
    'count to',
    'echo:',
    new URL(database_url).password,
    new URL(redis_url).password,
  ])
    expect(printed.filter((line) => line.includes(secret))).toEqual([])
})
