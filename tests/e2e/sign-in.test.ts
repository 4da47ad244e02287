import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { openSocket, signIn } from '../support/socket.ts'

/** Sign-in and the life of a token, with access tokens that live for 3 seconds. */
let platform: StartedPlatform
beforeAll(async () => {
  platform = await startPlatform({ env: { ACCESS_TOKEN_TTL_S: '3' } })
}, 60_000)
afterAll(() => platform.remove(), 30_000)

const signInHere = () =>
  signIn(platform.ready.gateway, platform.ready.username, platform.ready.password)
const tokenRequest = (fields: Record<string, string>) =>
  fetch(`${platform.ready.gateway}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'codelab-desktop', ...fields }),
  })
const sessionsWith = (token: string) =>
  fetch(`${platform.ready.gateway}/api/v1/sessions`, {
    headers: { authorization: `Bearer ${token}` },
  })

test('user and password give a token that opens the workspace', async () => {
  const tokens = await signInHere()
  expect(tokens).toMatchObject({
    token_type: 'Bearer',
    expires_in: 3,
    refresh_token: expect.any(String),
  })
  expect((await sessionsWith(tokens.access_token)).status).toBe(200)
})

test('a wrong password and an unknown user get the same answer', async () => {
  const answers = await Promise.all(
    [platform.ready.username, 'nobody-here'].map(async (username) => {
      const response = await tokenRequest({ grant_type: 'password', username, password: 'wrong' })
      return [response.status, await response.json()]
    }),
  )
  expect(answers[0]).toEqual([400, expect.objectContaining({ error: 'invalid_grant' })])
  expect(answers[1]).toEqual(answers[0])
})

test('an expired token is told apart, refreshed and the request goes through', async () => {
  const tokens = await signInHere()
  await expiry(tokens.access_token)
  const refused = await sessionsWith(tokens.access_token)
  expect([refused.status, await refused.json()]).toMatchObject([
    401,
    { error: { code: 'token_expired' } },
  ])
  const refreshed = (await (
    await tokenRequest({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })
  ).json()) as {
    access_token: string
    refresh_token: string
  }
  expect(refreshed.refresh_token).not.toBe(tokens.refresh_token)
  expect((await sessionsWith(refreshed.access_token)).status).toBe(200)
})

/** Waits for the token's own `exp` to pass, by asking until it is refused. */
async function expiry(token: string): Promise<void> {
  for (;;) {
    if ((await sessionsWith(token)).status === 401) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

test('an open socket outlives its token when a new one is given', async () => {
  const tokens = await signInHere()
  const socket = await openSocket({
    gateway: platform.ready.gateway,
    token: tokens.access_token,
    session: randomUUID(),
  })
  await socket.waitFor('session')
  expect(await socket.waitFor('error')).toMatchObject({
    code: 'token_expired',
    message: 'Token expired',
  })
  socket.send({ type: 'user_message', id: 'm1', content: 'count to 3' })
  await socket.waitFor('error', ({ in_reply_to }) => in_reply_to === 'm1')
  socket.send({ type: 'authenticate', token: 'nonsense' })
  await socket.waitFor('error', ({ code }) => code === 'unauthorized')
  const { access_token } = await signInHere()
  socket.send({ type: 'authenticate', token: access_token })
  await socket.waitFor('authenticated')
  socket.send({ type: 'user_message', id: 'm2', content: 'count to 3' })
  await socket.waitFor('turn', ({ state }) => state === 'finished')
  expect(socket.frames.filter((frame) => frame.type === 'user_message')).toEqual([
    expect.objectContaining({ id: 'm2' }),
  ])
  socket.close()
})

test('a socket with an expired token is told so and closed with 4001', async () => {
  const { access_token } = await signInHere()
  await expiry(access_token)
  const socket = await openSocket({
    gateway: platform.ready.gateway,
    token: access_token,
    session: randomUUID(),
  })
  expect(await socket.closed()).toEqual({ code: 4001, reason: 'Invalid token' })
  expect(socket.frames).toEqual([
    { type: 'error', code: 'token_expired', message: 'Token expired' },
  ])
})

test.each([
  ['missing', undefined],
  ['malformed', 'nonsense'],
])('a socket whose token is %s is closed with 4001', async (_, token) => {
  const socket = await openSocket({
    gateway: platform.ready.gateway,
    ...(token && { token }),
    session: randomUUID(),
  })
  expect(await socket.closed()).toEqual({ code: 4001, reason: 'Invalid token' })
})

/** A password grant sent from one of this machine's own addresses. */
const grantFrom = (
  localAddress: string,
  base: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) =>
  new Promise<{ status: number; body: { error?: string }; retryAfter: number }>((settle, fail) => {
    const body = new URLSearchParams({
      grant_type: 'password',
      client_id: 'codelab-desktop',
      ...fields,
    }).toString()
    const sent = request(
      `${base}/oauth/token`,
      {
        method: 'POST',
        localAddress,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      },
      (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () =>
          settle({
            status: response.statusCode!,
            body: JSON.parse(text) as object,
            retryAfter: Number(response.headers['retry-after']),
          }),
        )
      },
    )
    sent.on('error', fail)
    sent.end(body)
  })

test('five failures lock out one source for that user, even with the right password; another source signs in', async () => {
  const { gateway, auth, username, password } = platform.ready
  const lost = '127.0.0.2'
  for (let i = 0; i < 5; i += 1)
    expect(await grantFrom(lost, gateway, { username, password: 'wrong' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
  const refused = await grantFrom(lost, gateway, { username, password })
  expect(refused).toMatchObject({ status: 429, body: { error: 'slow_down' } })
  expect(refused.retryAfter).toBeGreaterThan(0)
  expect(await grantFrom('127.0.0.1', gateway, { username, password })).toMatchObject({
    status: 200,
  })
  // The same source asking auth itself is the same source, and nobody becomes another one by saying so.
  for (const headers of [{}, { 'x-forwarded-for': '10.1.2.3' }] as Record<string, string>[]) {
    expect(await grantFrom(lost, auth, { username, password }, headers)).toMatchObject({
      status: 429,
    })
    expect(await grantFrom(lost, gateway, { username, password }, headers)).toMatchObject({
      status: 429,
    })
  }
})
