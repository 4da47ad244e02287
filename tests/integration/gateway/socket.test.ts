import { randomBytes } from 'node:crypto'
import { WebSocket } from 'ws'
import { limits } from '@codelab/contracts/frames'
import type { TestSocket } from '../../support/socket.ts'
import { until } from '../../support/until.ts'
import { startGateway, type UnderTest } from './gateway-under-test.ts'

let under: UnderTest
beforeAll(async () => {
  under = await startGateway({ ALLOWED_ORIGINS: 'https://app.example, http://127.0.0.1:4000' })
})
afterAll(() => under.stop())

/** Status of an upgrade that is refused. */
const refusedWith = async (path: string, headers: Record<string, string> = {}) => {
  const token = await under.token()
  const socket = new WebSocket(`${under.gateway.url.replace('http', 'ws')}${path}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  })
  return new Promise<number>((resolve) => {
    socket.on('unexpected-response', (_, response) => {
      resolve(response.statusCode ?? 0)
      response.destroy()
    })
    socket.on('open', () => {
      resolve(101)
      socket.terminate()
    })
    socket.on('error', () => undefined)
  })
}

const errorsOf = (socket: TestSocket) => socket.frames.filter((frame) => frame.type === 'error')

describe('a socket', () => {
  test('gets the session frame first, then the echo of what it sent before any answer', async () => {
    const session = under.newSession()
    const release = under.agent.hold('put /api/v1/sessions/:id')
    const socket = await under.connect(session)
    for (let at = 0; at < 20; at += 1) {
      socket.send({ type: 'user_message', content: `early ${at}`, id: `m${at}` })
    }
    release()
    await socket.waitFor('user_message', ({ id }) => id === 'm19')
    expect(socket.frames.map(({ type }) => type)).toEqual([
      'session',
      ...Array(20).fill('user_message'),
    ])
    expect(socket.frames.slice(1).map((frame) => 'seq' in frame && frame.seq)).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 1),
    )
    expect(socket.frames[0]).toMatchObject({
      session_id: session,
      last_seq: 0,
      models: ['codelab-demo'],
      limits: { message_chars: limits.message_chars, frame_bytes: limits.frame_bytes },
      server_version: '0.1.0',
    })
    socket.close()
    await until('the stream to end', () => under.agent.sessions.get(session)?.readers.size === 0)
  })

  test('calls the agent as gateway, for the person and the socket, with trace, request id and language', async () => {
    const session = under.newSession()
    const socket = await under.connect(session, { headers: { 'accept-language': 'ru, en;q=0.5' } })
    socket.send({ type: 'user_message', content: 'x', id: 'm1' })
    await socket.waitFor('user_message')
    const calls = under.agent.recorded.filter(
      ({ headers }) => headers['x-user-id'] === under.userId,
    )
    const message = calls.findLast(({ route }) => route === 'post /api/v1/chat/message')
    expect(message?.headers).toMatchObject({
      'x-service-name': 'gateway',
      'x-user-id': under.userId,
      'x-connection-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      traceparent: expect.stringMatching(/^00-/),
      'accept-language': 'ru, en;q=0.5',
    })
    socket.close()
  })

  test('after=0 replays all, after=n the rest; frames without a seq pass too', async () => {
    const session = under.newSession()
    under.agent.create(session, under.userId)
    for (let at = 1; at <= 5; at += 1) {
      under.agent.append(session, { type: 'turn', state: 'started', turn_id: `t${at}` })
    }
    const all = await under.connect(session, { query: '?after=0' })
    const rest = await under.connect(session, { query: '?after=3' })
    await all.waitFor('turn', ({ seq }) => seq === 5)
    await rest.waitFor('turn', ({ seq }) => seq === 5)
    expect(all.frames.filter(({ type }) => type === 'turn')).toHaveLength(5)
    expect(rest.frames.filter(({ type }) => type === 'turn')).toHaveLength(2)
    under.agent.sendLive(session, { type: 'status', state: 'thinking' })
    await all.waitFor('status')
    all.close()
    rest.close()
  })

  test('passes each frame of the agent on byte for byte', async () => {
    const session = under.newSession()
    const content = `ключ \u2028 "quoted" \\ ${randomBytes(200_000).toString('base64')} 🙂`
    const socket = await under.connect(session)
    const raw: string[] = []
    socket.socket.on('message', (data: Buffer) => void raw.push(data.toString()))
    await socket.waitFor('session')
    under.agent.append(session, { type: 'user_message', id: 'm', content })
    await socket.waitFor('user_message')
    expect(raw.at(-1)).toBe(JSON.stringify({ type: 'user_message', id: 'm', content, seq: 1 }))
    socket.close()
  })

  test('shares a session with many others: each gets every frame once and in order', async () => {
    const session = under.newSession()
    const sockets = await Promise.all(Array.from({ length: 30 }, () => under.connect(session)))
    await Promise.all(sockets.map((socket) => socket.waitFor('session')))
    for (let at = 1; at <= 200; at += 1) {
      under.agent.append(session, {
        type: 'assistant_message',
        message_id: 'a',
        token: `t${at}`,
        is_final: false,
      })
    }
    for (const socket of sockets) {
      await socket.waitFor('assistant_message', ({ seq }) => seq === 200)
      expect(
        socket.frames.flatMap((frame) => (frame.type === 'assistant_message' ? [frame.seq] : [])),
      ).toEqual(Array.from({ length: 200 }, (_, at) => at + 1))
      socket.close()
    }
  })

  test("of another user's session is closed with 4003", async () => {
    const session = under.newSession()
    const owner = await under.connect(session)
    await owner.waitFor('session')
    const other = await under.connect(session, { sub: 'somebody-else' })
    expect((await other.closed()).code).toBe(4003)
    expect(other.frames).toEqual([])
    owner.close()
  })

  test('whose frame passes 10 MiB is closed with 1009', async () => {
    const socket = await under.connect(under.newSession())
    await socket.waitFor('session')
    socket.send(JSON.stringify({ type: 'user_message', content: 'x'.repeat(limits.frame_bytes) }))
    expect((await socket.closed()).code).toBe(1009)
  })

  test('of an agent that is away is closed with 1013 and the reason', async () => {
    under.agent.fail('put /api/v1/sessions/:id', ...Array<'unavailable'>(5).fill('unavailable'))
    const socket = await under.connect(under.newSession())
    expect((await socket.closed()).code).toBe(1013)
    expect(errorsOf(socket)).toEqual([
      { type: 'error', code: 'unavailable', message: 'the agent says unavailable' },
    ])
  })

  test('of an agent that is away for a moment opens all the same', async () => {
    under.agent.fail('put /api/v1/sessions/:id', 'unavailable', 'unavailable')
    const socket = await under.connect(under.newSession())
    await socket.waitFor('session')
    socket.close()
  })

  test('of a deleted session is told so and closed', async () => {
    const session = under.newSession()
    const socket = await under.connect(session)
    await socket.waitFor('session')
    await under.call(`/api/v1/sessions/${session}`, { method: 'DELETE' })
    expect((await socket.closed()).code).toBe(4010)
    expect(errorsOf(socket)).toMatchObject([{ code: 'not_found' }])
  })
})

describe('an upgrade', () => {
  test.each([
    ['/ws/', 400],
    ['/ws/a%2fb', 400],
    [`/ws/${'a'.repeat(129)}`, 400],
    ['/ws/a%20b', 400],
    ['/ws/a/b', 404],
    ['/ws', 404],
    ['/api/v1/sessions', 404],
    ['/oauth/token', 404],
    ['/v1/realtime', 404],
    ['/ws/a?after=x', 400],
    ['/ws/a?after=-1', 400],
    ['/ws/a?role=admin', 400],
  ])('to %s is answered %i', async (path, status) => {
    expect(await refusedWith(path)).toBe(status)
  })

  test.each([
    ['https://evil.example', 403],
    ['null', 403],
    ['https://app.example.evil.example', 403],
    ['https://app.example', 101],
    ['http://127.0.0.1:4000', 101],
  ])('from the origin %s is answered %i', async (origin, status) => {
    expect(await refusedWith(`/ws/${under.newSession()}`, { origin })).toBe(status)
  })

  test('with the token as subprotocol is answered codelab.v1 alone', async () => {
    const token = await under.token()
    const url = `${under.gateway.url.replace('http', 'ws')}/ws/${under.newSession()}`
    const socket = new WebSocket(url, ['codelab.v1', `bearer.${token}`])
    const first = await new Promise<string>((resolve) =>
      socket.on('message', (data: Buffer) => resolve(data.toString())),
    )
    expect(socket.protocol).toBe('codelab.v1')
    expect(JSON.parse(first)).toMatchObject({ type: 'session' })
    socket.terminate()
  })
})

describe('a frame', () => {
  let socket: TestSocket
  let session: string
  beforeEach(async () => {
    session = under.newSession()
    socket = await under.connect(session)
    await socket.waitFor('session')
  })
  afterEach(() => socket.close())

  test.each([
    ['no JSON', '{', /JSON/, undefined],
    ['a list', '[]', /object/, undefined],
    [
      'nested without end',
      `{"type":"tool_result","call_id":"c1","result":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      /nested/,
      'c1',
    ],
    ['no type', '{"id":"f1"}', /type/, 'f1'],
    ['an unknown type', '{"type":"shutdown","id":"f2"}', /type/, 'f2'],
    ['a property of objects as type', '{"type":"constructor","id":"f3"}', /type/, 'f3'],
    ['a message without content', '{"type":"user_message","id":"f4"}', /content/, 'f4'],
    ['a message of numbers', '{"type":"user_message","content":5,"id":"f5"}', /content/, 'f5'],
    [
      'a message of another role',
      '{"type":"user_message","content":"x","role":"system","id":"f6"}',
      /role/,
      'f6',
    ],
    ['a claim without a call', '{"type":"tool_claim"}', /call_id/, undefined],
    ['a result without result or error', '{"type":"tool_result","call_id":"c1"}', /result/, 'c1'],
    [
      'a result with both',
      '{"type":"tool_result","call_id":"c1","result":1,"error":"x"}',
      /result/,
      'c1',
    ],
    [
      'an unknown decision',
      '{"type":"hitl_decision","call_id":"c1","decision":"maybe"}',
      /decision/,
      'c1',
    ],
    [
      'an edit without arguments',
      '{"type":"hitl_decision","call_id":"c1","decision":"edit"}',
      /modified_arguments/,
      'c1',
    ],
    [
      'a file without a path',
      '{"type":"file_changed","timestamp":"2026-01-01T00:00:00Z"}',
      /path/,
      undefined,
    ],
    [
      'a file at no time',
      '{"type":"file_changed","path":"a","timestamp":"yesterday"}',
      /timestamp/,
      undefined,
    ],
    ['an empty token', '{"type":"authenticate","token":""}', /token/, undefined],
    ['a negative ack', '{"type":"ack","seq":-1}', /seq/, undefined],
  ])(
    'that is %s is answered invalid_message naming the field',
    async (_, text, names, inReplyTo) => {
      socket.send(text)
      const error = await socket.waitFor('error')
      expect(error).toMatchObject({
        code: 'invalid_message',
        message: expect.stringMatching(names),
      })
      expect(error.in_reply_to).toBe(inReplyTo)
      socket.send({ type: 'user_message', content: 'still open' })
      await socket.waitFor('user_message')
      expect(under.agent.sessions.get(session)?.log).toHaveLength(1)
    },
  )

  test('that is binary or too long a message is refused, the socket stays open', async () => {
    socket.socket.send(Buffer.from('{"type":"cancel"}'), { binary: true })
    await socket.waitFor('error', ({ message }) => message.includes('binary'))
    socket.send({ type: 'user_message', content: 'x'.repeat(100_001), id: 'long' })
    await socket.waitFor('error', ({ in_reply_to }) => in_reply_to === 'long')
    socket.send({ type: 'user_message', content: 'ok' })
    await socket.waitFor('user_message')
  })

  test('with a claim is answered tool_claimed, the second with conflict, an unknown call with not_found', async () => {
    const call_id = `call-${session}`
    socket.send({ type: 'tool_claim', call_id })
    await socket.waitFor('tool_claimed', (frame) => frame.call_id === call_id)
    socket.send({ type: 'tool_claim', call_id })
    await socket.waitFor(
      'error',
      (error) => error.code === 'conflict' && error.in_reply_to === call_id,
    )
    socket.send({ type: 'tool_claim', call_id: 'unknown-call' })
    await socket.waitFor(
      'error',
      (error) => error.code === 'not_found' && error.in_reply_to === 'unknown-call',
    )
  })

  test('with bad edited arguments is answered invalid_message with their path', async () => {
    socket.send({
      type: 'hitl_decision',
      call_id: 'c9',
      decision: 'edit',
      modified_arguments: { path: '../x' },
    })
    const error = await socket.waitFor('error')
    expect(error).toMatchObject({ code: 'invalid_message', in_reply_to: 'c9' })
    expect(error.message).toContain('path')
  })

  test('with a result of more than 1 MiB is refused before the agent sees it', async () => {
    socket.send({ type: 'tool_result', call_id: 'big', result: 'x'.repeat(limits.result_bytes) })
    await socket.waitFor(
      'error',
      ({ code, in_reply_to }) => code === 'payload_too_large' && in_reply_to === 'big',
    )
  })

  test.each(['unavailable', 'conflict', 'forbidden', 'internal'] as const)(
    'that the agent fails with %s is answered with that code and the id',
    async (code) => {
      under.agent.fail('post /api/v1/chat/message', code)
      socket.send({ type: 'user_message', content: 'x', id: 'again' })
      await socket.waitFor('error', (error) => error.code === code && error.in_reply_to === 'again')
      socket.send({ type: 'user_message', content: 'x', id: 'again' })
      await socket.waitFor('user_message', ({ id }) => id === 'again')
    },
  )

  test('to cancel does not wait behind a slow tool result', async () => {
    const release = under.agent.hold('post /api/v1/tools/result')
    socket.send({ type: 'tool_result', call_id: 'slow', result: 1 })
    socket.send({ type: 'cancel' })
    const before = under.agent.recorded.length
    await until('the cancel to arrive', () =>
      under.agent.recorded
        .slice(before - 2)
        .some(({ route }) => route === 'post /api/v1/chat/cancel'),
    )
    release()
  })

  test('to execute is forbidden for a viewer, who may still decide and write', async () => {
    const viewer = await under.connect(session, { query: '?role=viewer' })
    viewer.send({ type: 'tool_claim', call_id: 'v1' })
    viewer.send({ type: 'tool_result', call_id: 'v2', result: 1 })
    viewer.send({ type: 'hitl_decision', call_id: 'v3', decision: 'approve' })
    viewer.send({ type: 'user_message', content: 'from a viewer' })
    await viewer.waitFor('user_message')
    await until('two refusals', () => errorsOf(viewer).length === 2)
    expect(errorsOf(viewer)).toMatchObject([
      { code: 'forbidden', in_reply_to: 'v1' },
      { code: 'forbidden', in_reply_to: 'v2' },
    ])
    viewer.close()
  })

  test('file_changed reaches the agent and every socket', async () => {
    const other = await under.connect(session)
    await other.waitFor('session')
    socket.send({ type: 'file_changed', path: 'src/a.ts', timestamp: '2026-01-01T00:00:00Z' })
    await socket.waitFor('file_changed', ({ path }) => path === 'src/a.ts')
    await other.waitFor('file_changed', ({ path }) => path === 'src/a.ts')
    other.close()
  })

  test('a flood of them is handled whole and in order, without unbounded waiting', async () => {
    for (let at = 0; at < 600; at += 1) {
      socket.send({ type: 'file_changed', path: `f${at}`, timestamp: '2026-01-01T00:00:00Z' })
    }
    await socket.waitFor('file_changed', ({ path }) => path === 'f599')
    expect(
      socket.frames.flatMap((frame) => (frame.type === 'file_changed' ? [frame.path] : [])),
    ).toEqual(Array.from({ length: 600 }, (_, at) => `f${at}`))
  })
})
