import { randomUUID } from 'node:crypto'
import { badTokens, type BadToken } from '../../support/bad-tokens.ts'
import { openSocket } from '../../support/socket.ts'
import { until } from '../../support/until.ts'
import { startGateway, type UnderTest } from './gateway-under-test.ts'

let under: UnderTest
let table: BadToken[]
beforeAll(async () => {
  under = await startGateway({ TOKEN_GRACE_S: '1' })
  table = await badTokens(under.signer)
})
afterAll(() => under.stop())

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

describe('a bad token', () => {
  test('comes in at least 30 kinds', () => {
    expect(new Set(table.map(({ name }) => name)).size).toBeGreaterThanOrEqual(30)
  })

  test('opens no socket: closed with 4001, an expired one is told so first', async () => {
    const outcomes = await Promise.all(
      table
        .filter(({ oversized }) => !oversized)
        .map(async ({ name, token, code }) => {
          const socket = await under.connect(under.newSession(), { token })
          const { code: closeCode, reason } = await socket.closed()
          return { name, code, closeCode, reason, frames: socket.frames }
        }),
    )
    for (const { name, code, ...outcome } of outcomes) {
      expect({ name, ...outcome }).toEqual({
        name,
        closeCode: 4001,
        reason: 'Invalid token',
        frames:
          code === 'token_expired'
            ? [{ type: 'error', code: 'token_expired', message: 'Token expired' }]
            : [],
      })
    }
    expect(under.agent.recorded).toEqual([])
  })

  test('is refused by REST with 401 and its code', async () => {
    const outcomes = await Promise.all(
      table
        .filter(({ oversized }) => !oversized)
        .map(async ({ name, token, code }) => {
          const { status, body } = await under.call('/api/v1/sessions', { token })
          return { name, expected: code, status, code: (body['error'] as { code: string }).code }
        }),
    )
    for (const { name, expected, ...outcome } of outcomes) {
      expect({ name, ...outcome }).toEqual({ name, status: 401, code: expected })
    }
  })

  test('of 1 MiB never gets past the HTTP parser', async () => {
    const huge = table.find(({ oversized }) => oversized)
    const response = await fetch(`${under.gateway.url}/api/v1/sessions`, {
      headers: { authorization: `Bearer ${huge?.token}` },
    }).catch((error: unknown) => error)
    expect(response instanceof Response ? response.status : 431).toBe(431)
    expect((await fetch(`${under.gateway.url}/livez`)).status).toBe(200)
  })

  test('without the scope workspace is 403 for REST and 4001 for a socket', async () => {
    const token = await under.signer.token({ sub: under.userId, scope: 'openid' })
    expect((await under.call('/api/v1/sessions', { token })).status).toBe(403)
    const socket = await under.connect(under.newSession(), { token })
    expect((await socket.closed()).code).toBe(4001)
  })
})

describe('a missing token', () => {
  test.each([
    ['nowhere', {}],
    ['in the URL only', { query: '?token=TOKEN&access_token=TOKEN' }],
    ['under another scheme', { headers: { authorization: 'Basic dTpw' } }],
  ])(
    '%s is closed with 4001',
    async (
      _,
      { query = '', headers = {} }: { query?: string; headers?: Record<string, string> },
    ) => {
      const token = await under.token()
      const socket = await openSocket({
        gateway: under.gateway.url,
        session: under.newSession(),
        query: query.replaceAll('TOKEN', token),
        headers,
      })
      expect(await socket.closed()).toEqual({ code: 4001, reason: 'Invalid token' })
      expect(socket.frames).toEqual([])
    },
  )
})

test('many uses of one token and many tokens lead to one fetch of the keys', async () => {
  await Promise.all(Array.from({ length: 20 }, async () => under.call('/api/v1/sessions')))
  expect(under.auth.requests()).toBeLessThanOrEqual(2)
})

describe('the token of an open socket', () => {
  test('expires: told once, later frames refused and not stored, 4001 after the grace, the stream goes on', async () => {
    const session = under.newSession()
    const token = await under.signer.token({ sub: under.userId, exp: inSeconds(2) })
    const socket = await under.connect(session, { token })
    await socket.waitFor('session')
    await socket.waitFor(
      'error',
      ({ code, in_reply_to }) => code === 'token_expired' && !in_reply_to,
    )
    socket.send({ type: 'user_message', content: 'late', id: 'late-1' })
    socket.send({ type: 'tool_claim', call_id: 'late-2' })
    socket.send('{"type":"nonsense","id":"late-3"}')
    under.agent.append(session, { type: 'turn', state: 'started', turn_id: 't1' })
    for (const id of ['late-1', 'late-2', 'late-3']) {
      await socket.waitFor(
        'error',
        (error) => error.code === 'token_expired' && error.in_reply_to === id,
      )
    }
    await socket.waitFor('turn')
    expect(await socket.closed()).toEqual({ code: 4001, reason: 'Invalid token' })
    expect(under.agent.sessions.get(session)?.log.map(({ type }) => type)).toEqual(['turn'])
  })

  test('is replaced by authenticate, also after it has expired, and what was sent behind it is handled', async () => {
    const session = under.newSession()
    const socket = await under.connect(session, {
      token: await under.signer.token({ sub: under.userId, exp: inSeconds(1) }),
    })
    await socket.waitFor('error', ({ code }) => code === 'token_expired')
    const exp = inSeconds(600)
    socket.send({
      type: 'authenticate',
      token: await under.signer.token({ sub: under.userId, exp }),
    })
    socket.send({ type: 'user_message', content: 'after', id: 'after-1' })
    const { expires_at } = await socket.waitFor('authenticated')
    expect(Date.parse(expires_at)).toBe(exp * 1000)
    await socket.waitFor('user_message', ({ id }) => id === 'after-1')
    socket.close()
  })

  test('stays when authenticate brings a bad one', async () => {
    const socket = await under.connect(under.newSession())
    for (const bad of table.filter(({ token }) => token !== '').slice(0, 5)) {
      socket.send({ type: 'authenticate', token: bad.token })
    }
    await until(
      'five refusals',
      () => socket.frames.filter(({ type }) => type === 'error').length === 5,
    )
    expect(socket.frames.filter((frame) => frame.type === 'error').map(({ code }) => code)).toEqual(
      Array(5).fill('unauthorized'),
    )
    socket.send({ type: 'user_message', content: 'still here' })
    await socket.waitFor('user_message')
    socket.close()
  })

  test("ends with 4003 when authenticate brings another user's", async () => {
    const socket = await under.connect(under.newSession())
    socket.send({ type: 'authenticate', token: await under.token(`user-${randomUUID()}`) })
    expect((await socket.closed()).code).toBe(4003)
  })
})
