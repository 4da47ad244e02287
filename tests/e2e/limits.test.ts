import { randomUUID } from 'node:crypto'
import { expectFailure } from '../support/expect-failure.ts'
import { addPerson } from '../support/people.ts'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { bearer, restClient } from '../support/rest.ts'
import { openSocket } from '../support/socket.ts'

/** The limits of one person, each met by a person of its own. */
const limits = {
  MAX_CONNECTIONS_PER_USER: '2',
  SESSION_MESSAGES_PER_MINUTE: '3',
  REQUESTS_PER_MINUTE: '5',
  FRAMES_PER_MINUTE: '10',
}

let platform: StartedPlatform
beforeAll(async () => {
  platform = await startPlatform({ env: limits })
}, 60_000)
afterAll(() => platform.remove(), 30_000)

const open = async (token: string, session: string = randomUUID()) => {
  const socket = await openSocket({ gateway: platform.ready.gateway, token, session })
  await socket.waitFor('session')
  return socket
}

test('one socket too many is closed with 4009, and the others go on', async () => {
  const { token } = await addPerson(platform, 'ann')
  const [first] = [await open(token), await open(token)]
  const third = await openSocket({ gateway: platform.ready.gateway, token, session: randomUUID() })
  expect((await third.closed()).code).toBe(4009)
  first.send({ type: 'user_message', content: 'count to 3' })
  await first.waitFor('turn', ({ state }) => state === 'finished')
})

test('one message too many in a session is refused and closes with 4029; those before are answered', async () => {
  const { token } = await addPerson(platform, 'bob')
  const session = randomUUID()
  const socket = await open(token, session)
  for (let at = 1; at <= 4; at += 1)
    socket.send({ type: 'user_message', id: `m${at}`, content: `echo: ${at}` })
  expect((await socket.closed()).code).toBe(4029)
  expect(socket.find('error')).toMatchObject({ code: 'rate_limited', in_reply_to: 'm4' })
  const again = await openSocket({
    gateway: platform.ready.gateway,
    token,
    session,
    query: '?after=0',
  })
  await again.waitFor('turn', () => again.answers().length === 3)
  expect(again.find('user_message', ({ id }) => id === 'm4')).toBeUndefined()
  again.close()
  const json = { session_id: session, message: 'by another door' }
  const rest = restClient(platform.ready.gateway, bearer(token))
  expectFailure(await rest('post', '/api/v1/message', { json }), 'rate_limited')
})

test('a flood of frames of any kind closes with 4029', async () => {
  const { token } = await addPerson(platform, 'cy')
  const socket = await open(token)
  for (let at = 0; at < 11; at += 1) socket.send({ type: 'ack', seq: 0 })
  expect((await socket.closed()).code).toBe(4029)
})

test('one request too many is 429 with the seconds to wait, for that person alone', async () => {
  const { token } = await addPerson(platform, 'dan')
  const rest = restClient(platform.ready.gateway, bearer(token))
  for (let at = 0; at < 5; at += 1) expect((await rest('get', '/api/v1/sessions')).status).toBe(200)
  const refused = await rest('get', '/api/v1/sessions')
  expectFailure(refused, 'rate_limited')
  const seconds = Number(refused.headers.get('retry-after'))
  expect(seconds).toBeGreaterThan(0)
  expect(refused.body).toMatchObject({ error: { retry_after_s: expect.any(Number) } })
  const other = restClient(platform.ready.gateway, bearer((await addPerson(platform, 'eve')).token))
  expect((await other('get', '/api/v1/sessions')).status).toBe(200)
})
