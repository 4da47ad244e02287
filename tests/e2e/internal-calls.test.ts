import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { Message } from '@codelab/contracts/sessions'
import { readEventStream } from '@codelab/runtime/sse'
import { z } from 'zod'
import { expectFailure } from '../support/expect-failure.ts'
import { secretOf } from '../support/people.ts'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { bearer, restClient, type RestClient } from '../support/rest.ts'
import { until } from '../support/until.ts'

/** Tools outside a turn, streams and messages, asked for as the gateway does. */
let platform: StartedPlatform
let token: string
/** The agent as the gateway calls it for a person. */
let ann: RestClient
beforeAll(async () => {
  platform = await startPlatform({
    env: {
      APPROVAL_RULES: JSON.stringify([
        { tool: 'execute_command', action: 'deny', reason: 'no shells' },
      ]),
    },
  })
  token = await secretOf(platform.data, 'internal_token')
  const as = (user: string) =>
    restClient(platform.ready.agent, {
      ...bearer(token),
      'x-service-name': 'gateway',
      'x-user-id': user,
    })
  ann = as('ann')
}, 60_000)
afterAll(() => platform.remove(), 30_000)

const newSession = async () => {
  const session_id = randomUUID()
  expect((await ann('put', `/api/v1/sessions/${session_id}`, { json: {} })).status).toBe(200)
  return session_id
}
const call = { call_id: 'c', tool_name: 'read_file', arguments: { path: 'a' } }

describe('tools/execute', () => {
  test.each([
    ['an unknown tool', { tool_name: 'frobnicate' }, 'unprocessable', 'tool_name'],
    ['a tool of every object', { tool_name: 'constructor' }, 'unprocessable', 'tool_name'],
    ['no path', { arguments: {} }, 'unprocessable', 'arguments.path'],
    [
      'a path that climbs out',
      { arguments: { path: 'a/../../b' } },
      'unprocessable',
      'arguments.path',
    ],
    ['an absolute path', { arguments: { path: '/etc/passwd' } }, 'unprocessable', 'arguments.path'],
    [
      'a path of another system',
      { arguments: { path: 'C:\\secret' } },
      'unprocessable',
      'arguments.path',
    ],
    [
      'backslashes that climb out',
      { arguments: { path: '..\\secret' } },
      'unprocessable',
      'arguments.path',
    ],
    [
      'an argument it lacks',
      { arguments: { path: 'a', mode: 7 } },
      'unprocessable',
      'arguments.mode',
    ],
    ['arguments that are a list', { arguments: [] }, 'invalid_request', 'arguments'],
    ['no call', { call_id: undefined }, 'invalid_request', 'call_id'],
  ] as const)(
    'with %s is refused with its field and opens nothing',
    async (_, change, code, field) => {
      const session_id = await newSession()
      const json = { session_id, ...call, ...change }
      const answer = await ann('post', '/api/v1/tools/execute', { json })
      expectFailure(answer, code, field)
      expect((await ann('get', `/api/v1/sessions/${session_id}`)).body).toMatchObject({
        last_seq: 0,
      })
    },
  )

  test('what the rules deny is 403 with the reason', async () => {
    const json = {
      session_id: await newSession(),
      call_id: 'c',
      tool_name: 'execute_command',
      arguments: { argv: ['ls'] },
    }
    const answer = await ann('post', '/api/v1/tools/execute', { json })
    expectFailure(answer, 'forbidden')
    expect(JSON.stringify(answer.body)).toContain('no shells')
  })

  test('what asks first runs after its approval, once, and its result is part of the history', async () => {
    const session_id = await newSession()
    const call_id = randomUUID()
    const json = { session_id, call_id, tool_name: 'delete_file', arguments: { path: 'old.txt' } }
    for (let i = 0; i < 2; i += 1)
      expect(await ann('post', '/api/v1/tools/execute', { json })).toMatchObject({
        status: 202,
        body: { call_id, requires_approval: true },
      })
    const another = { ...json, arguments: { path: 'new.txt' } }
    expectFailure(await ann('post', '/api/v1/tools/execute', { json: another }), 'conflict')
    const early = { session_id, call_id, result: 'gone' }
    expectFailure(await ann('post', '/api/v1/tools/result', { json: early }), 'conflict')
    const decision = { session_id, call_id, decision: 'approve' }
    expect((await ann('post', '/api/v1/tools/decision', { json: decision })).status).toBe(202)
    expectFailure(await ann('post', '/api/v1/tools/decision', { json: decision }), 'conflict')
    expect((await ann('post', '/api/v1/tools/result', { json: early })).status).toBe(202)
    expectFailure(await ann('post', '/api/v1/tools/result', { json: early }), 'conflict')
    const frames = await framesAfter(session_id, '?after=0', 3)
    expect(frames.map(({ data }) => data['type'])).toEqual([
      'tool_call',
      'tool_call',
      'tool_resolved',
    ])
    expect(frames.map(({ data }) => data['requires_approval'])).toEqual([true, false, undefined])
    const { body } = await ann('get', `/api/v1/session/${session_id}/messages`)
    expect(JSON.stringify(body)).toContain('gone')
  })
})

type Event = { id: string | undefined; data: Record<string, unknown> }

/** The first frames of the log that a stream brings. */
async function framesAfter(
  session: string,
  query: string,
  count: number,
  headers = {},
): Promise<Event[]> {
  const gone = new AbortController()
  const response = await fetch(`${platform.ready.agent}/api/v1/chat/stream/${session}${query}`, {
    headers: { ...bearer(token), 'x-user-id': 'ann', ...headers },
    signal: gone.signal,
  })
  const events: Event[] = []
  for await (const { id, data } of readEventStream(Readable.fromWeb(response.body!))) {
    if (id !== undefined) events.push({ id, data: JSON.parse(data) as Record<string, unknown> })
    if (events.length === count) break
  }
  gone.abort()
  return events
}

test('Last-Event-ID and ?after= begin the stream at the same frame, and the query wins', async () => {
  const session_id = await newSession()
  await ann('post', '/api/v1/chat/message', { json: { session_id, message: 'count to 5' } })
  const whole = await framesAfter(session_id, '', Infinity)
  expect(whole.map(({ id }) => Number(id))).toEqual(whole.map((_, at) => at + 1))
  expect(whole.every(({ id, data }) => Number(id) === data['seq'])).toBe(true)
  const rest = whole.slice(3)
  const cursor = (id: string) => ({ 'last-event-id': id })
  expect(await framesAfter(session_id, '?after=3', rest.length)).toEqual(rest)
  expect(await framesAfter(session_id, '', rest.length, cursor('3'))).toEqual(rest)
  expect(await framesAfter(session_id, '?after=3', rest.length, cursor('0'))).toEqual(rest)
  for (const bad of ['-1', 'x', '1.5', '9'.repeat(30)]) {
    const stream = `/api/v1/chat/stream/${session_id}`
    expectFailure(
      await ann('get', stream, { headers: cursor(bad) }),
      'invalid_request',
      'last-event-id',
    )
    expectFailure(await ann('get', `${stream}?after=${bad}`), 'invalid_request', 'after')
  }
  expectFailure(await ann('get', `/api/v1/chat/stream/${randomUUID()}`), 'not_found')
})

test('session/{id}/messages is an array of the last 50, oldest first', async () => {
  const session_id = await newSession()
  const said = Array.from({ length: 30 }, (_, at) => `echo: ${at}`)
  for (const message of said)
    await ann('post', '/api/v1/chat/message', { json: { session_id, message } })
  const messages = await until('the last answer', async () => {
    const { body } = await ann('get', `/api/v1/session/${session_id}/messages`)
    const read = z.array(Message).parse(body)
    return read.at(-1)?.content === '29' ? read : undefined
  })
  expect(messages.length).toBe(50)
  expect(messages.map(({ content }) => content)).toEqual(
    said.slice(5).flatMap((text, at) => [text, String(at + 5)]),
  )
})
