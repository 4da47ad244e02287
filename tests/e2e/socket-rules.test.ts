import { randomUUID } from 'node:crypto'
import { limits } from '@codelab/contracts/frames'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { bearer, restClient, type RestClient } from '../support/rest.ts'
import { openSocket, signIn, type TestSocket } from '../support/socket.ts'
import { until } from '../support/until.ts'

/** What counts when several speak at once or somebody says a thing twice: claims, decisions, results, message ids. */
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

const open = async (session = randomUUID(), query = '') => {
  const socket = await openSocket({ gateway: platform.ready.gateway, token, session, query })
  await socket.waitFor('session')
  return socket
}
const say = (socket: TestSocket, content: string, fields: object = {}) =>
  socket.send({ type: 'user_message', content, ...fields })
const errorOf = (socket: TestSocket, inReplyTo: string) =>
  socket.waitFor('error', ({ in_reply_to }) => in_reply_to === inReplyTo)
const finished = (socket: TestSocket) => socket.waitFor('turn', ({ state }) => state === 'finished')

describe('a tool call', () => {
  test('is claimed by one of two sockets that ask at once; the other may not answer it', async () => {
    const session = randomUUID()
    const sockets = [await open(session), await open(session)]
    say(sockets[0]!, 'read README.md')
    const calls = await Promise.all(sockets.map((socket) => socket.waitFor('tool_call')))
    const { call_id } = calls[0]!
    for (const socket of sockets) socket.send({ type: 'tool_claim', call_id })
    const outcomes = await Promise.all(
      sockets.map((socket) =>
        until('an answer to the claim', () => socket.find('tool_claimed') ?? socket.find('error')),
      ),
    )
    expect(
      outcomes.map((frame) => (frame.type === 'error' ? frame.code : frame.type)).sort(),
    ).toEqual(['conflict', 'tool_claimed'])
    const winner = outcomes.findIndex(({ type }) => type === 'tool_claimed')
    const [owner, loser] = [sockets[winner]!, sockets[1 - winner]!]
    loser.send({ type: 'tool_result', call_id, result: 'an impostor' })
    await errorOf(loser, call_id)
    owner.send({ type: 'tool_result', call_id, result: 'The walrus.' })
    await finished(owner)
    expect(owner.answers().join()).toContain('walrus')
    owner.send({ type: 'tool_result', call_id, result: 'once more' })
    expect(await errorOf(owner, call_id)).toMatchObject({ code: 'conflict' })
    for (const socket of sockets) socket.close()
  })

  test('is not claimed before its approval, and one of two decisions at once counts', async () => {
    const session = randomUUID()
    const sockets = [await open(session), await open(session)]
    say(sockets[0]!, 'delete old.txt')
    const { call_id } = await sockets[0]!.waitFor('tool_call')
    await sockets[1]!.waitFor('tool_call')
    sockets[0]!.send({ type: 'tool_claim', call_id })
    expect(await errorOf(sockets[0]!, call_id)).toMatchObject({ code: 'conflict' })
    const before = sockets.map((socket) => socket.frames.length)
    for (const socket of sockets)
      socket.send({ type: 'hitl_decision', call_id, decision: 'reject' })
    await Promise.all(sockets.map(finished))
    const refusals = sockets.flatMap((socket, at) =>
      socket.frames.slice(before[at]).filter(({ type }) => type === 'error'),
    )
    expect(refusals).toEqual([expect.objectContaining({ code: 'conflict', in_reply_to: call_id })])
    for (const socket of sockets) socket.close()
  })

  test('is for no viewer to execute, who may still decide', async () => {
    const session = randomUUID()
    const main = await open(session)
    const viewer = await open(session, '?role=viewer')
    say(main, 'delete old.txt')
    const { call_id } = await viewer.waitFor('tool_call')
    viewer.send({ type: 'hitl_decision', call_id, decision: 'approve' })
    await viewer.waitFor('tool_call', ({ requires_approval }) => !requires_approval)
    viewer.send({ type: 'tool_claim', call_id })
    expect(await errorOf(viewer, call_id)).toMatchObject({ code: 'forbidden' })
    viewer.send({ type: 'tool_result', call_id, result: 'done' })
    main.send({ type: 'tool_result', call_id, error: { code: 'file_not_found', message: 'gone' } })
    expect(await main.waitFor('tool_resolved')).toMatchObject({ outcome: 'failed' })
    await finished(main)
    for (const socket of [main, viewer]) socket.close()
  })

  test('keeps waiting when its result is over 1 MiB', async () => {
    const socket = await open()
    say(socket, 'read big.txt')
    const { call_id } = await socket.waitFor('tool_call')
    socket.send({ type: 'tool_result', call_id, result: 'x'.repeat(limits.result_bytes) })
    expect(await errorOf(socket, call_id)).toMatchObject({
      code: 'payload_too_large',
      message: expect.stringContaining('result'),
    })
    socket.send({ type: 'tool_result', call_id, result: 'x'.repeat(limits.result_bytes - 2) })
    await socket.waitFor('tool_resolved', ({ outcome }) => outcome === 'executed')
    await finished(socket)
    socket.close()
  })
})

describe('a message', () => {
  const messagesOf = async (session: string) => {
    const { body } = await rest('get', `/api/v1/sessions/${session}/messages`)
    return (body as { items: { id: string; role: string; content: string; replaced?: true }[] })
      .items
  }

  test('sent twice under one id, by socket and by REST, is one message and one turn', async () => {
    const session = randomUUID()
    const socket = await open(session)
    const id = randomUUID()
    for (let i = 0; i < 2; i += 1) say(socket, 'count to 3', { id })
    const again = { session_id: session, message: 'count to 3', id }
    expect(await rest('post', '/api/v1/message', { json: again })).toMatchObject({
      status: 200,
      body: { message_id: id },
    })
    await finished(socket)
    say(socket, 'count to 4', { id: 'last' })
    await socket.waitFor('turn', () => socket.answers().length === 2)
    expect(socket.answers()).toEqual(['1 2 3', '1 2 3 4'])
    expect((await messagesOf(session)).map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
    ])
    socket.close()
  })

  test('during a turn that waits for an approval is stored, and answered after it', async () => {
    const socket = await open()
    say(socket, 'delete old.txt')
    const { call_id } = await socket.waitFor('tool_call')
    say(socket, 'echo: the second', { id: 'second' })
    await socket.waitFor('user_message', ({ id }) => id === 'second')
    socket.send({ type: 'hitl_decision', call_id, decision: 'reject', feedback: 'no' })
    await socket.waitFor('assistant_message', ({ content }) => content === 'the second')
    const turns = socket.frames.flatMap((frame) => (frame.type === 'turn' ? [frame.state] : []))
    expect(turns.slice(0, 3)).toEqual(['started', 'finished', 'started'])
    socket.close()
  })

  test('that replaces another leaves it out of the context and marked in the history', async () => {
    const session = randomUUID()
    const socket = await open(session)
    say(socket, 'echo: the walrus', { id: 'first' })
    await finished(socket)
    say(socket, 'describe your context', { id: 'second', replaces: 'first' })
    await socket.waitFor('turn', () => socket.answers().length === 2)
    expect(socket.answers()[1]).not.toContain('walrus')
    const messages = await messagesOf(session)
    expect(messages.map(({ content, replaced }) => [content, replaced]).slice(0, 3)).toEqual([
      ['echo: the walrus', true],
      ['the walrus', true],
      ['describe your context', undefined],
    ])
    say(socket, 'hi', { id: 'third', replaces: 'nobody' })
    expect(await errorOf(socket, 'third')).toMatchObject({ code: 'not_found' })
    socket.close()
  })
})
