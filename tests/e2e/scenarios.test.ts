import { randomUUID } from 'node:crypto'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { openSocket, signIn, type TestSocket } from '../support/socket.ts'
import { demoScript } from '../support/vendors/stand-in.ts'
import { startAnthropic } from '../support/vendors/anthropic.ts'
import { startOllama } from '../support/vendors/ollama.ts'
import { startOpenAI } from '../support/vendors/openai.ts'
import type { StandIn } from '../support/vendors/stand-in.ts'

/** The five scenarios of the product through a bare WebSocket, with each vendor's protocol and the demo model. */
const models = ['codelab-demo', 'gpt-4o', 'claude-3-opus', 'ollama/llama2']

let platform: StartedPlatform
let vendors: StandIn[]
let token: string

beforeAll(async () => {
  const [openai, anthropic, ollama] = (vendors = await Promise.all([
    startOpenAI({ script: demoScript }),
    startAnthropic({ script: demoScript }),
    startOllama({ script: demoScript }),
  ]))
  platform = await startPlatform({
    env: {
      OPENAI_API_KEY: 'sk-openai-secret',
      OPENAI_BASE_URL: `${openai!.url}/v1`,
      ANTHROPIC_API_KEY: 'sk-anthropic-secret',
      ANTHROPIC_BASE_URL: anthropic!.url,
      OLLAMA_BASE_URL: ollama!.url,
      CODELAB_DEFAULT_MODEL: 'codelab-demo',
    },
  })
  token = (await signIn(platform.ready.gateway, platform.ready.username, platform.ready.password))
    .access_token
}, 60_000)
afterAll(async () => {
  await platform.remove()
  await Promise.all(vendors.map((vendor) => vendor.close()))
}, 30_000)

const open = (session = randomUUID(), query = '') =>
  openSocket({ gateway: platform.ready.gateway, token, session, query })

const say = (socket: TestSocket, content: string, model: string) => {
  const id = randomUUID()
  socket.send({ type: 'user_message', id, content, model })
  return id
}
const turnEnd = (socket: TestSocket) => socket.waitFor('turn', ({ state }) => state !== 'started')

const seqs = (socket: TestSocket) =>
  socket.frames.flatMap((frame) => ('seq' in frame ? [frame.seq] : []))

test('every model of the start is listed', async () => {
  expect(platform.ready.models).toEqual(
    expect.arrayContaining(['codelab-demo', 'gpt-4o', 'claude-3-opus']),
  )
})

describe.each(models)('with %s', (model) => {
  test('a plain dialogue streams in order and remembers', async () => {
    const socket = await open()
    expect(socket.frames[0] ?? (await socket.waitFor('session'))).toMatchObject({
      type: 'session',
      last_seq: 0,
      resumed: true,
      state: 'idle',
    })
    const id = say(socket, 'count to 20', model)
    await turnEnd(socket)
    expect(socket.find('user_message')).toMatchObject({ id, content: 'count to 20' })
    const pieces = socket.frames.flatMap((frame) =>
      frame.type === 'assistant_message' ? [frame.token] : [],
    )
    expect(pieces.join('').trim()).toBe(Array.from({ length: 20 }, (_, i) => i + 1).join(' '))
    expect(socket.find('assistant_message', ({ is_final }) => is_final)).toMatchObject({
      token: '',
      content: pieces.join(''),
      finish_reason: 'stop',
      // No fallback answered in its place.
      model: expect.stringContaining(model.replace('ollama/', '')),
      usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
    })
    expect(seqs(socket)).toEqual(seqs(socket).map((_, i) => i + 1))
    const order = socket.frames.map((frame) =>
      frame.type === 'turn' ? `turn ${frame.state}` : frame.type,
    )
    expect([
      order.indexOf('user_message') < order.indexOf('turn started'),
      order.at(-1) === 'status' || order.at(-1) === 'turn finished',
    ]).toEqual([true, true])
    socket.close()
  })

  test('read_file runs on the client and its result reaches the model', async () => {
    const socket = await open()
    say(socket, 'read README.md', model)
    const call = await socket.waitFor('tool_call')
    expect(call).toMatchObject({
      tool_name: 'read_file',
      arguments: { path: 'README.md' },
      requires_approval: false,
    })
    socket.send({ type: 'tool_claim', call_id: call.call_id })
    await socket.waitFor('tool_claimed')
    socket.send({ type: 'tool_result', call_id: call.call_id, result: 'The walrus lives here.' })
    await socket.waitFor('tool_resolved', ({ outcome }) => outcome === 'executed')
    expect(await turnEnd(socket)).toMatchObject({ state: 'finished' })
    expect(socket.answers().join(' ')).toContain('walrus')
    socket.close()
  })

  test('delete_file approved is sent again with the same call_id and runs', async () => {
    const socket = await open()
    say(socket, 'delete old.txt', model)
    const asked = await socket.waitFor('tool_call')
    expect(asked).toMatchObject({
      tool_name: 'delete_file',
      arguments: { path: 'old.txt' },
      requires_approval: true,
    })
    await socket.waitFor('status', ({ state }) => state === 'waiting_approval')
    socket.send({ type: 'hitl_decision', call_id: asked.call_id, decision: 'approve' })
    const go = await socket.waitFor('tool_call', ({ requires_approval }) => !requires_approval)
    expect(go).toMatchObject({ call_id: asked.call_id, arguments: { path: 'old.txt' } })
    socket.send({ type: 'tool_result', call_id: go.call_id, result: 'deleted' })
    expect(await turnEnd(socket)).toMatchObject({ state: 'finished' })
    socket.send({ type: 'hitl_decision', call_id: asked.call_id, decision: 'reject' })
    await socket.waitFor(
      'error',
      ({ code, in_reply_to }) => code === 'conflict' && in_reply_to === asked.call_id,
    )
    socket.close()
  })

  test('delete_file edited runs with the new arguments and the model is told', async () => {
    const socket = await open()
    say(socket, 'delete old.txt', model)
    const { call_id } = await socket.waitFor('tool_call')
    socket.send({
      type: 'hitl_decision',
      call_id,
      decision: 'edit',
      modified_arguments: { path: '../up.txt' },
    })
    await socket.waitFor(
      'error',
      ({ code, message }) => code === 'invalid_message' && message.includes('path'),
    )
    socket.send({
      type: 'hitl_decision',
      call_id,
      decision: 'edit',
      modified_arguments: { path: 'tmp/old.txt' },
    })
    const go = await socket.waitFor('tool_call', ({ requires_approval }) => !requires_approval)
    expect(go).toMatchObject({ call_id, arguments: { path: 'tmp/old.txt' } })
    socket.send({ type: 'tool_result', call_id, result: 'deleted' })
    expect(await turnEnd(socket)).toMatchObject({ state: 'finished' })
    expect(socket.answers().join(' ')).toContain('tmp/old.txt')
    socket.close()
  })

  test('delete_file rejected never runs, and the reason reaches the model', async () => {
    const socket = await open()
    say(socket, 'delete old.txt', model)
    const { call_id } = await socket.waitFor('tool_call')
    socket.send({ type: 'hitl_decision', call_id, decision: 'reject', feedback: 'keep the walrus' })
    await socket.waitFor(
      'tool_resolved',
      (frame) => frame.call_id === call_id && frame.outcome === 'rejected',
    )
    expect(await turnEnd(socket)).toMatchObject({ state: 'finished' })
    expect(socket.find('tool_call', ({ requires_approval }) => !requires_approval)).toBeUndefined()
    expect(socket.answers().join(' ')).toContain('walrus')
    socket.close()
  })
})

test('a changed file is echoed to every socket and enters the context', async () => {
  const session = randomUUID()
  const [one, two] = [await open(session), await open(session)]
  // A stream begins with its first frame, not with its socket: what came before it is only told to who asks for it.
  for (const socket of [one, two]) await socket.waitFor('session')
  one.send({
    type: 'file_changed',
    path: 'src/main.py',
    timestamp: '2026-01-18T12:00:00',
    change: 'modified',
  })
  for (const socket of [one, two])
    expect(await socket.waitFor('file_changed')).toMatchObject({ path: 'src/main.py' })
  const response = await fetch(`${platform.ready.gateway}/api/v1/sessions/${session}/messages`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const { items } = (await response.json()) as { items: { role: string; content: string }[] }
  expect(items).toContainEqual(
    expect.objectContaining({ role: 'system', content: 'File src/main.py was modified by user' }),
  )
  one.close()
  two.close()
})

test('a second device gets the same log and may answer', async () => {
  const session = randomUUID()
  const one = await open(session)
  say(one, 'delete old.txt', 'codelab-demo')
  const { call_id } = await one.waitFor('tool_call')
  const two = await open(session, '?after=0')
  expect(await two.waitFor('session')).toMatchObject({
    state: 'waiting_approval',
    pending_approvals: [{ call_id }],
  })
  two.send({ type: 'hitl_decision', call_id, decision: 'reject' })
  await turnEnd(one)
  await turnEnd(two)
  const logOf = (socket: TestSocket) => socket.frames.filter((frame) => 'seq' in frame)
  expect(logOf(two)).toEqual(logOf(one))
  one.close()
  two.close()
})

test('a socket cut in the middle goes on where it was, with no token twice', async () => {
  const session = randomUUID()
  const one = await open(session)
  say(one, 'count to 200 at 200 tokens/s', 'codelab-demo')
  await one.waitFor('assistant_message', ({ token }) => token.includes('40'))
  one.socket.terminate()
  await one.closed()
  const last = Math.max(...seqs(one))
  const two = await open(session, `?after=${last}`)
  await turnEnd(two)
  const all = [...seqs(one), ...seqs(two)]
  expect(all).toEqual(all.map((_, i) => i + 1))
  const text = [...one.frames, ...two.frames]
    .flatMap((frame) => (frame.type === 'assistant_message' ? [frame.token] : []))
    .join('')
  expect(text.trim()).toBe(Array.from({ length: 200 }, (_, i) => i + 1).join(' '))
  two.close()
})

test('cancel keeps the partial answer and marks it', async () => {
  const socket = await open()
  say(socket, 'count to 5000 at 50 tokens/s', 'codelab-demo')
  await socket.waitFor('assistant_message', ({ token }) => token.includes('10'))
  socket.send({ type: 'cancel' })
  expect(await turnEnd(socket)).toMatchObject({ state: 'cancelled' })
  const final = socket.find('assistant_message', ({ is_final }) => is_final)
  expect(final).toMatchObject({
    finish_reason: 'cancelled',
    content: expect.stringContaining('10'),
  })
  socket.close()
})

test('no key is in anything that was printed', () => {
  expect(platform.output()).not.toMatch(/sk-openai-secret|sk-anthropic-secret/)
})
