import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import { addPerson, stateOf } from '../support/people.ts'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { bearer, restClient, type RestClient } from '../support/rest.ts'
import { openSocket, signIn, type TestSocket } from '../support/socket.ts'
import { withDatabase } from '../support/stores.ts'

/** Who may open a socket: paths, origins, places of the token, owners, expiry. */
const allowedOrigin = 'https://ui.codelab.test'

let platform: StartedPlatform
let token: string
let other: { id: string; token: string }
let rest: RestClient
beforeAll(async () => {
  platform = await startPlatform({ env: { ALLOWED_ORIGINS: allowedOrigin } })
  const { gateway, username, password } = platform.ready
  token = (await signIn(gateway, username, password)).access_token
  rest = restClient(gateway, bearer(token))
  other = await addPerson(platform, 'bob')
}, 60_000)
afterAll(() => platform.remove(), 30_000)

type Options = {
  session?: string
  query?: string
  headers?: Record<string, string>
  token?: string
}
const connect = ({ session = randomUUID(), ...more }: Options = {}) =>
  openSocket({ gateway: platform.ready.gateway, token, session, ...more })
const open = async (options?: Options) => {
  const socket = await connect(options)
  await socket.waitFor('session')
  return socket
}
const say = (socket: TestSocket, content: string) => socket.send({ type: 'user_message', content })
const finished = (socket: TestSocket) => socket.waitFor('turn', ({ state }) => state === 'finished')

/** The status line of an upgrade that is not accepted. */
const refusedUpgrade = (path: string, headers: Record<string, string>) =>
  new Promise<{ status: number; body: unknown }>((settle, fail) => {
    const socket = new WebSocket(platform.ready.gateway.replace('http', 'ws') + path, { headers })
    socket.on('open', () => fail(new Error('the upgrade was accepted')))
    socket.on('error', () => undefined)
    socket.on('unexpected-response', (_, response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () =>
        settle({ status: response.statusCode!, body: JSON.parse(text) as unknown }),
      )
    })
  })

describe('an upgrade', () => {
  test('of a foreign or empty Origin is 403, of one on the list opens', async () => {
    for (const origin of ['https://evil.test', `${allowedOrigin}.evil.test`, 'null'])
      expect(
        await refusedUpgrade(`/ws/${randomUUID()}`, { ...bearer(token), origin }),
      ).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } })
    const socket = await open({ headers: { origin: allowedOrigin } })
    socket.close()
  })

  test.each([
    ['/ws/', 400],
    ['/ws/a%20b', 400],
    [`/ws/${'x'.repeat(129)}`, 400],
    ['/ws/%2F', 400],
    ['/ws/a/b', 404],
    ['/socket', 404],
    ['/ws/s?after=-1', 400],
    ['/ws/s?after=soon', 400],
    ['/ws/s?role=admin', 400],
  ])('of %s is %d', async (path, status) => {
    expect(await refusedUpgrade(path, bearer(token))).toMatchObject({ status })
  })

  test('takes the token as a subprotocol and answers codelab.v1 alone', async () => {
    const url = `${platform.ready.gateway.replace('http', 'ws')}/ws/${randomUUID()}`
    const socket = new WebSocket(url, ['codelab.v1', `bearer.${token}`])
    const first = await new Promise<string>((settle) =>
      socket.once('message', (data: Buffer) => settle(data.toString())),
    )
    expect([JSON.parse(first), socket.protocol]).toEqual([
      expect.objectContaining({ type: 'session' }),
      'codelab.v1',
    ])
    socket.close()
  })

  test('takes no token out of the URL', async () => {
    const { gateway } = platform.ready
    for (const name of ['token', 'access_token', 'authorization']) {
      const session = randomUUID()
      const socket = await openSocket({ gateway, session, query: `?${name}=${token}` })
      expect(await socket.closed()).toEqual({ code: 4001, reason: 'Invalid token' })
    }
    const { status } = await restClient(gateway)('get', `/api/v1/sessions?access_token=${token}`)
    expect(status).toBe(401)
    expect(platform.output()).not.toContain(token)
  })

  test("of another user's session is closed with 4003 and learns nothing", async () => {
    const session = randomUUID()
    const mine = await open({ session })
    const theirs = await connect({ session, token: other.token })
    expect((await theirs.closed()).code).toBe(4003)
    expect(theirs.frames).toEqual([])
    say(mine, 'count to 3')
    await finished(mine)
    mine.close()
  })

  test('of an expired session is told so and closed with 4010; its history stays readable', async () => {
    const session = randomUUID()
    const first = await open({ session })
    say(first, 'echo: long ago')
    await finished(first)
    const { database_url } = await stateOf(platform.data)
    await withDatabase(database_url, (client) =>
      client.query(
        "UPDATE session_head SET last_activity_at = now() - interval '25 hours' WHERE session_id = $1",
        [session],
      ),
    )
    const late = await connect({ session })
    expect((await late.closed()).code).toBe(4010)
    expect(late.frames).toEqual([expect.objectContaining({ code: 'session_expired' })])
    const { status, body } = await rest('get', `/api/v1/sessions/${session}/messages`)
    expect([status, JSON.stringify(body)]).toEqual([200, expect.stringContaining('long ago')])
    expect(
      await rest('post', '/api/v1/message', { json: { session_id: session, message: 'hi' } }),
    ).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } })
    first.close()
  })
})
