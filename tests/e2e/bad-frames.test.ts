import { randomUUID } from 'node:crypto'
import { limits } from '@codelab/contracts/frames'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { openSocket, signIn, type TestSocket } from '../support/socket.ts'

/** What a socket may not send or do, through the public gateway and down to the real database. */
let platform: StartedPlatform
let token: string
beforeAll(async () => {
  platform = await startPlatform()
  const { gateway, username, password } = platform.ready
  token = (await signIn(gateway, username, password)).access_token
}, 60_000)
afterAll(() => platform.remove(), 30_000)

type Options = { session?: string; query?: string; headers?: Record<string, string> }
const open = async ({ session = randomUUID(), ...more }: Options = {}) => {
  const { gateway } = platform.ready
  const socket = await openSocket({ gateway, token, session, ...more })
  await socket.waitFor('session')
  return { ...socket, session }
}
const errorOf = (socket: TestSocket, inReplyTo: string) =>
  socket.waitFor('error', ({ in_reply_to }) => in_reply_to === inReplyTo)
const turnEnd = (socket: TestSocket, count = 1) =>
  socket.waitFor('turn', () => endedTurns(socket) >= count)
const endedTurns = (socket: TestSocket) =>
  socket.frames.filter((frame) => frame.type === 'turn' && frame.state !== 'started').length

/** The socket still works, and what came before left nothing behind: its echo is the first frame of the log. */
async function expectOpenAndEmpty(socket: TestSocket): Promise<void> {
  socket.send({ type: 'user_message', id: 'after', content: 'count to 3' })
  await turnEnd(socket)
  expect(socket.find('user_message')).toMatchObject({ id: 'after', seq: 1 })
}

const long = 'x'.repeat(limits.message_chars + 1)
const frames: readonly (readonly [string, string | object, RegExp])[] = [
  ['bad JSON', '{"type": "cancel"', /not JSON/],
  ['no text at all', '', /not JSON/],
  ['a list', '[]', /JSON object/],
  ['null', 'null', /JSON object/],
  ['no type', {}, /^type: /],
  ['a type that is no text', { type: 7 }, /^type: /],
  ['an unknown type', { type: 'user_massage', content: 'hi' }, /^type: .*user_massage/],
  ['a property of every object as type', { type: 'constructor' }, /^type: /],
  ['a frame of the server', { type: 'turn', state: 'started', turn_id: 't', seq: 1 }, /^type: /],
  ['no content', { type: 'user_message' }, /^content: /],
  ['empty content', { type: 'user_message', content: '' }, /^content: /],
  ['content that is no text', { type: 'user_message', content: { text: 'hi' } }, /^content: /],
  ['content of 100,001 characters', { type: 'user_message', content: long }, /^content: /],
  ['an id with a space', { type: 'user_message', content: 'hi', id: 'a b' }, /^id: /],
  [
    'an id of 129 characters',
    { type: 'user_message', content: 'hi', id: 'x'.repeat(129) },
    /^id: /,
  ],
  ['another role', { type: 'user_message', content: 'hi', role: 'system' }, /^role: /],
  ['no call_id', { type: 'tool_claim' }, /^call_id: /],
  ['neither result nor error', { type: 'tool_result', call_id: 'c' }, /^result: /],
  [
    'both result and error',
    { type: 'tool_result', call_id: 'c', result: 1, error: 'e' },
    /^result/,
  ],
  [
    'an unknown decision',
    { type: 'hitl_decision', call_id: 'c', decision: 'maybe' },
    /^decision: /,
  ],
  [
    'an edit without arguments',
    { type: 'hitl_decision', call_id: 'c', decision: 'edit' },
    /^modified_arguments: /,
  ],
  [
    'something to remember for ever',
    { type: 'hitl_decision', call_id: 'c', decision: 'approve', remember: 'always' },
    /^remember: /,
  ],
  [
    'a change without a path',
    { type: 'file_changed', timestamp: '2026-01-18T12:00:00' },
    /^path: /,
  ],
  ['a change at no time', { type: 'file_changed', path: 'a', timestamp: 'noon' }, /^timestamp: /],
  ['an ack without a seq', { type: 'ack' }, /^seq: /],
  ['an ack of a fraction', { type: 'ack', seq: 1.5 }, /^seq: /],
  ['an empty token', { type: 'authenticate', token: '' }, /^token: /],
]

test('every bad frame is answered invalid_message naming what is wrong, and nothing is stored', async () => {
  const socket = await open()
  for (const [what, frame, says] of frames) {
    const before = socket.frames.length
    socket.send(frame)
    const answer = await socket.waitFor('error', (error) => socket.frames.indexOf(error) >= before)
    expect([what, answer]).toEqual([
      what,
      expect.objectContaining({ code: 'invalid_message', message: expect.stringMatching(says) }),
    ])
  }
  socket.socket.send(Buffer.from('{"type":"cancel"}'), { binary: true })
  await socket.waitFor('error', ({ message }) => message.includes('binary'))
  await expectOpenAndEmpty(socket)
  socket.close()
})

test.each([
  ['tool_claim', {}],
  ['tool_result', { result: 'text' }],
  ['tool_result', { error: 'failed' }],
  ['hitl_decision', { decision: 'approve' }],
  ['hitl_decision', { decision: 'edit', modified_arguments: { path: 'a' } }],
])('%s for an unknown call is answered not_found', async (type, fields) => {
  const socket = await open()
  const call_id = randomUUID()
  socket.send({ type, call_id, ...fields })
  expect(await errorOf(socket, call_id)).toMatchObject({ code: 'not_found' })
  await expectOpenAndEmpty(socket)
  socket.close()
})

/** JSON as deep as a frame has room for, in a shape that a recursive reader would overflow on. */
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

test.each([
  ['a result', (deep: string) => `{"type":"tool_result","call_id":"deep","result":${deep}}`],
  ['an error', (deep: string) => `{"type":"tool_result","call_id":"deep","error":${deep}}`],
  [
    'edited arguments',
    (deep: string) =>
      `{"type":"hitl_decision","call_id":"deep","decision":"edit","modified_arguments":{"path":${deep}}}`,
  ],
  ['an unknown field', (deep: string) => `{"type":"tool_claim","call_id":"deep","x":${deep}}`],
])('%s nested without end harms nobody', async (_, frame) => {
  const socket = await open()
  for (const depth of [1_000, 100_000]) {
    const before = socket.frames.length
    socket.send(frame(nested(depth)))
    await socket.waitFor('error', (error) => socket.frames.indexOf(error) >= before)
  }
  await expectOpenAndEmpty(socket)
  socket.close()
})

test('a frame of 10 MiB and a byte closes with 1009; its neighbours stay', async () => {
  const session = randomUUID()
  const [big, neighbour] = [await open({ session }), await open({ session })]
  big.send(JSON.stringify({ type: 'ack', x: 'x'.repeat(limits.frame_bytes) }))
  expect((await big.closed()).code).toBe(1009)
  await expectOpenAndEmpty(neighbour)
  neighbour.close()
})
