import { startAgent } from '../../support/agent-under-test.ts'
import { jobsOf } from '../../support/jobs-under-test.ts'
import { answer, call, calls, say, done } from '../../support/stand-in-llm-proxy.ts'

test('a task is a turn of its session and ends with its answer', async () => {
  const agent = await startAgent(() => answer('All ', 'done.'))
  const jobs = jobsOf(agent)
  const started = await jobs.start({ session_id: 's', kind: 'task', input: { goal: 'Tidy up' } })
  expect(started).toMatchObject({ state: 'queued', progress: 0, attempts: 0 })
  const ended = await jobs.until(started.id, 'succeeded')
  expect(ended).toMatchObject({ progress: 1, attempts: 1, result: { content: 'All done.' } })
  const stream = await agent.follow('s', 0)
  await stream.frame('job', ({ state }) => state === 'succeeded')
  expect(
    stream.log().map((frame) => (frame.type === 'job' ? `job ${frame.state}` : frame.type)),
  ).toEqual([
    'job queued',
    'job running',
    'user_message',
    'turn',
    'job running',
    'assistant_message',
    'assistant_message',
    'assistant_message',
    'turn',
    'job succeeded',
  ])
  expect(stream.log().map(({ seq }) => seq)).toEqual(stream.log().map((_, at) => at + 1))
  await stream.close()
  await agent.stop()
})

test('a task waits for an approval without a place of its own, and goes on with the answer', async () => {
  const agent = await startAgent(({ messages }) =>
    messages.at(-1)?.role === 'tool'
      ? answer('Deleted.')
      : calls(call('delete_file', { path: 'a.txt' })),
  )
  const jobs = jobsOf(agent)
  const { id } = await jobs.start({ session_id: 's', kind: 'task', input: { goal: 'Delete it' } })
  expect((await jobs.until(id, 'waiting')).note).toBe('Waits for your approval: delete_file.')
  const stream = await agent.follow('s', 0)
  const { call_id } = await stream.frame('tool_call')
  await agent.decide('s', call_id, { decision: 'approve' })
  expect((await jobs.read(id)).note).toBe('Waits for your machine: delete_file.')
  await agent.result('s', call_id, { result: 'deleted' })
  expect((await jobs.until(id, 'succeeded')).result).toMatchObject({ content: 'Deleted.' })
  await stream.close()
  await agent.stop()
})

test('cancelling a task cancels its turn, and cancelling the turn its task', async () => {
  const never = new Promise<void>(() => undefined)
  const agent = await startAgent(() => [...say('Well'), never, ...done()])
  const jobs = jobsOf(agent)
  const first = await jobs.start({ session_id: 's', kind: 'task', input: { goal: 'Think' } })
  const stream = await agent.follow('s', 0)
  await stream.frame('assistant_message')
  expect(await jobs.cancel(first.id)).toMatchObject({ status: 202, body: { state: 'cancelled' } })
  await stream.turn('cancelled')
  const second = await jobs.start({ session_id: 's', kind: 'task', input: { goal: 'Again' } })
  await stream.turn('started', 2)
  await agent.cancel('s')
  expect((await jobs.until(second.id, 'cancelled')).result).toBeUndefined()
  await jobs.cancel(second.id)
  await stream.close()
  await agent.stop()
})

test('a task waits for the running turn of its session', async () => {
  const gate = Promise.withResolvers<void>()
  const agent = await startAgent((_, count) =>
    count === 1 ? [...say('a'), gate.promise, ...done()] : answer('b'),
  )
  const jobs = jobsOf(agent)
  await agent.message('s', 'first')
  const stream = await agent.follow('s', 0)
  await stream.frame('assistant_message')
  const { id } = await jobs.start({ session_id: 's', kind: 'task', input: { goal: 'second' } })
  expect((await jobs.until(id, 'waiting')).note).toContain('Waits for the turn')
  gate.resolve()
  await jobs.until(id, 'succeeded')
  expect((await agent.history('s')).map(({ content }) => content)).toEqual([
    'first',
    'a',
    'second',
    'b',
  ])
  await stream.close()
  await agent.stop()
})

test('a session is summarised into the job, not into the conversation', async () => {
  const agent = await startAgent(() => answer('Hello to you.'))
  const jobs = jobsOf(agent)
  await agent.message('s', 'Hello')
  await (await agent.follow('s')).done()
  agent.llm.play(() => answer('They greeted each other.'))
  const { id } = await jobs.start({ session_id: 's', kind: 'summarize_session' })
  const ended = await jobs.until(id, 'succeeded')
  expect(ended.result).toEqual({ summary: 'They greeted each other.' })
  expect(await agent.history('s')).toHaveLength(2)
  await agent.stop()
})
