import { startAgent } from '../../support/agent-under-test.ts'
import { answer, call, calls, done, say } from '../../support/stand-in-llm-proxy.ts'
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
