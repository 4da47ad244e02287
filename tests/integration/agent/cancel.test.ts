import { startAgent } from '../../support/agent-under-test.ts'
import { answer, call, calls, done, say } from '../../support/stand-in-llm-proxy.ts'
import { startWorkerProcess } from '../../support/agent-worker-process.ts'
import { until } from '../../support/until.ts'

type Agent = Awaited<ReturnType<typeof startAgent>>
let agent: Agent
beforeAll(async () => {
  agent = await startAgent(() => answer('ok'))
})
afterAll(() => agent.stop())

const never = new Promise<void>(() => undefined)

test('cancelling while text streams keeps the partial answer, marks it and stops the model', async () => {
  const session = agent.newSession()
  agent.llm.play(() => [...say('so ', 'far'), never])
  await agent.message(session, 'go')
  const stream = await agent.follow(session, 0)
  await stream.frame('assistant_message', ({ token }) => token === 'far')
  const aborted = agent.llm.aborted()
  expect((await agent.cancel(session)).body).toEqual({ cancelled: true })
  const final = await stream.frame('assistant_message', (frame) => frame.is_final)
  expect(final).toMatchObject({ content: 'so far', finish_reason: 'cancelled' })
  await stream.turn('cancelled')
  expect(stream.log().at(-1)).toMatchObject({ type: 'turn', state: 'cancelled' })
  expect(await agent.history(session)).toEqual([
    expect.objectContaining({ role: 'user' }),
    expect.objectContaining({ content: 'so far', finish_reason: 'cancelled' }),
  ])
  await until('the upstream is aborted', () => agent.llm.aborted() > aborted)
  await stream.close()
})

test('cancelling before the first piece ends the turn without a message', async () => {
  const session = agent.newSession()
  agent.llm.play(() => [never])
  await agent.message(session, 'go')
  const stream = await agent.follow(session, 0)
  await stream.turn('started')
  await agent.cancel(session)
  await stream.turn('cancelled')
  expect(stream.kinds()).not.toContain('assistant_message')
  await stream.close()
})

test.each([
  ['an approval', 'delete_file', 'waiting_approval'],
  ['a tool', 'read_file', 'waiting_tool'],
])(
  'cancelling while %s is awaited resolves the call, and later answers are conflicts',
  async (_what, tool, state) => {
    const session = agent.newSession()
    agent.llm.play(() => calls(call(tool, { path: 'a' })))
    await agent.message(session, 'go')
    const stream = await agent.follow(session, 0)
    const { call_id } = await stream.frame('tool_call')
    await stream.frame('status', (frame) => frame.state === state)
    const asked = agent.llm.requests.length
    await agent.cancel(session)
    await stream.turn('cancelled')
    expect(
      stream
        .kinds()
        .filter((kind) => kind !== 'status')
        .slice(-2),
    ).toEqual(['tool_resolved', 'turn cancelled'])
    expect(await stream.frame('tool_resolved')).toMatchObject({ call_id, outcome: 'cancelled' })
    expect(await agent.decide(session, call_id, { decision: 'approve' })).toMatchObject({
      status: 409,
    })
    expect(await agent.result(session, call_id, { result: 1 })).toMatchObject({ status: 409 })
    expect(await agent.claim(session, call_id, 'c')).toMatchObject({ status: 409 })
    expect(agent.llm.requests).toHaveLength(asked)

    agent.llm.play(() => answer('on we go'))
    await agent.message(session, 'next')
    await stream.turn('finished')
    const { messages } = agent.llm.requests.at(-1)!
    expect(messages.filter(({ role }) => role === 'tool')).toEqual([
      expect.objectContaining({
        tool_call_id: call_id,
        content: expect.stringContaining('cancelled'),
      }),
    ])
    await stream.close()
  },
)

test('cancelling is harmless when nothing runs, and twice is once', async () => {
  const session = agent.newSession()
  agent.llm.play(() => [...say('x'), never])
  await agent.message(session, 'go')
  const stream = await agent.follow(session, 0)
  await stream.frame('assistant_message')
  const replies = await Promise.all([
    agent.cancel(session),
    agent.cancel(session),
    agent.cancel(session),
  ])
  expect(replies.filter(({ body }) => body['cancelled'] === true)).toHaveLength(1)
  await stream.turn('cancelled')
  expect((await agent.cancel(session)).body).toEqual({ cancelled: false })
  expect(stream.frames.filter((frame) => frame.type === 'turn')).toHaveLength(2)
  await stream.close()
})

test('the next message that waits starts when the running turn is cancelled', async () => {
  const session = agent.newSession()
  agent.llm.play(({ messages }) =>
    messages.at(-1)?.content === 'second' ? answer('two') : [...say('one'), never],
  )
  await agent.message(session, 'first')
  const stream = await agent.follow(session, 0)
  await stream.frame('assistant_message')
  await agent.message(session, 'second')
  await agent.cancel(session)
  await stream.turn('finished')
  expect(stream.kinds().filter((kind) => kind.startsWith('turn'))).toEqual([
    'turn started',
    'turn cancelled',
    'turn started',
    'turn finished',
  ])
  await stream.close()
})

test('a model that goes on after the cancel changes nothing', async () => {
  const session = agent.newSession()
  const gate = Promise.withResolvers<void>()
  agent.llm.play(() => [
    ...say('x'),
    gate.promise,
    ...say('late'),
    call('read_file', { path: 'a' }),
    ...done(),
  ])
  await agent.message(session, 'go')
  const stream = await agent.follow(session, 0)
  await stream.frame('assistant_message')
  await agent.cancel(session)
  gate.resolve()
  await stream.turn('cancelled')
  agent.llm.play(() => answer('next'))
  await agent.message(session, 'again')
  await stream.turn('finished')
  expect(stream.kinds()).not.toContain('tool_call')
  const after = stream
    .log()
    .slice(stream.log().findIndex((f) => f.type === 'turn' && f.state === 'cancelled'))
  expect(JSON.stringify(after)).not.toContain('late')
  await stream.close()
})

test('the model’s request ends at once when the worker is in the same process, also before the first piece', async () => {
  let waited = 0
  for (const pieces of [[], [], [], [], [], say('so far')]) {
    const session = agent.newSession()
    agent.llm.play(() => [...pieces, never])
    const asked = agent.llm.requests.length
    await agent.message(session, 'go')
    await until('the model is asked', () => agent.llm.requests.length > asked)
    const aborted = agent.llm.aborted()
    await agent.cancel(session)
    const cancelled = performance.now()
    await until('the upstream is aborted', () => agent.llm.aborted() > aborted)
    waited += performance.now() - cancelled
  }
  // Leases are renewed every 500 ms: waiting for that would take 250 ms on average, each time.
  expect(waited).toBeLessThan(500)
})

test('a cancel of another process ends the model’s request within a second, also before the first piece', async () => {
  const api = await startAgent(() => answer('ok'), { settings: { AGENT_ROLES: 'api' } })
  const worker = await startWorkerProcess(api.databaseUrl, api.llm.url)
  for (const pieces of [[], say('so far')]) {
    const session = api.newSession()
    api.llm.play(() => [...pieces, never])
    const asked = api.llm.requests.length
    await api.message(session, 'go')
    await until('the model is asked', () => api.llm.requests.length > asked)
    const aborted = api.llm.aborted()
    const cancelled = performance.now()
    await api.cancel(session)
    await until('the upstream is aborted', () => api.llm.aborted() > aborted)
    expect(performance.now() - cancelled).toBeLessThan(1_000)
  }
  await worker.stop()
  await api.stop()
})

test('a cancel at the very end either stops the turn or changes nothing', async () => {
  const outcomes = new Set<string>()
  for (let round = 0; round < 20; round += 1) {
    const session = agent.newSession()
    const gate = Promise.withResolvers<void>()
    agent.llm.play(() => [...say('all ', 'of it'), gate.promise, ...done()])
    await agent.message(session, 'go')
    const stream = await agent.follow(session, 0)
    await stream.frame('assistant_message', ({ token }) => token === 'of it')
    // From well before the end to well after it.
    setTimeout(gate.resolve, 20 - round)
    await new Promise((resolve) => setTimeout(resolve, round))
    const [first, second] = await Promise.all([agent.cancel(session), agent.cancel(session)])
    const { state } = await stream.frame('turn', (frame) => frame.state !== 'started')
    outcomes.add(state)
    const took = [first, second].filter(({ body }) => body['cancelled'] === true)
    expect(took).toHaveLength(state === 'cancelled' ? 1 : 0)
    expect((await agent.cancel(session)).body).toEqual({ cancelled: false })
    const finals = stream.log().filter((frame) => 'is_final' in frame && frame.is_final)
    expect(finals).toEqual([
      expect.objectContaining({
        content: 'all of it',
        finish_reason: state === 'cancelled' ? 'cancelled' : 'stop',
      }),
    ])
    expect(stream.kinds().filter((kind) => kind.startsWith('turn'))).toHaveLength(2)
    expect((await agent.history(session)).map(({ content }) => content)).toEqual([
      'go',
      'all of it',
    ])
    await stream.close()
  }
  expect([...outcomes].sort()).toEqual(['cancelled', 'finished'])
})

test('the end of a cancelled answer names the model, and the tokens of the steps before it', async () => {
  const session = agent.newSession()
  agent.llm.play(({ messages }) =>
    messages.some(({ role }) => role === 'tool')
      ? [...say('so far'), never]
      : calls(call('read_file', { path: 'a' })),
  )
  await agent.message(session, 'go')
  const stream = await agent.follow(session, 0)
  const { call_id } = await stream.frame('tool_call')
  await agent.result(session, call_id, { result: 'text' })
  await stream.frame('assistant_message')
  await agent.cancel(session)
  const known = { model: 'stand-in', usage: { input_tokens: 7, output_tokens: 3 } }
  expect(await stream.frame('assistant_message', (frame) => frame.is_final)).toMatchObject(known)
  expect((await agent.history(session)).at(-1)).toMatchObject(known)
  await stream.close()
})

test('the end of an answer that was cancelled in the first step tells no tokens: nobody knows them', async () => {
  const session = agent.newSession()
  agent.llm.play(() => [...say('so far'), never])
  await agent.message(session, 'go', { model: 'another' })
  const stream = await agent.follow(session, 0)
  await stream.frame('assistant_message')
  await agent.cancel(session)
  const final = await stream.frame('assistant_message', (frame) => frame.is_final)
  expect(final.model).toBe('another')
  expect(final).not.toHaveProperty('usage')
  await stream.close()
})
