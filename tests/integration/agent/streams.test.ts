import { startAgent, type Follower } from '../../support/agent-under-test.ts'
import { redisDatabaseUrl } from '../../support/stores.ts'
import { until } from '../../support/until.ts'
import { answer, call, calls, done, say } from '../../support/stand-in-llm-proxy.ts'

type Agent = Awaited<ReturnType<typeof startAgent>>
let agent: Agent
beforeAll(async () => {
  agent = await startAgent(() => answer('ok'))
})
afterAll(() => agent.stop())

const seqs = (stream: Follower) => stream.log().map(({ seq }) => seq)
const upTo = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

test('20 sessions that stream at once: every reader gets each frame once and in order, wherever it begins', async () => {
  const pieces = Array.from({ length: 100 }, (_, index) => `${index} `)
  agent.llm.play(() => [
    ...pieces.flatMap((piece) => [...say(piece), new Promise((resolve) => setImmediate(resolve))]),
    ...done(),
  ])
  const sessions = Array.from({ length: 20 }, () => agent.newSession())
  await Promise.all(
    sessions.map(async (session) => {
      await agent.message(session, 'go')
      const [whole, middle, turn] = await Promise.all([
        agent.follow(session, 0),
        agent.follow(session, 2),
        agent.follow(session),
      ])
      await turn.done()
      await whole.turn('finished')
      const late = await agent.follow(session, 50)
      await Promise.all([middle.turn('finished'), late.turn('finished')])
      const last = 2 + pieces.length + 2
      expect(seqs(whole)).toEqual(upTo(1, last))
      expect(seqs(middle)).toEqual(upTo(3, last))
      expect(seqs(turn)).toEqual(upTo(1, last))
      expect(seqs(late)).toEqual(upTo(51, last))
      const text = whole
        .log()
        .map((frame) => (frame.type === 'assistant_message' ? frame.token : ''))
      expect(text.join('')).toBe(pieces.join(''))
      await Promise.all([whole.close(), middle.close(), late.close()])
    }),
  )
})

test('frames of several writers to one session stay gap-free and in order', async () => {
  const session = agent.newSession()
  const pieces = Array.from({ length: 200 }, (_, index) => `${index} `)
  agent.llm.play(() => [
    ...pieces.flatMap((piece) => [...say(piece), new Promise((resolve) => setImmediate(resolve))]),
    ...done(),
  ])
  await agent.message(session, 'go')
  const stream = await agent.follow(session, 0)
  const changes = Array.from({ length: 40 }, (_, index) =>
    agent.send('POST', '/api/v1/files/changed', {
      session_id: session,
      path: `file-${index}`,
      timestamp: '2026-01-01T00:00:00Z',
    }),
  )
  const taken = (await Promise.all(changes)).map(({ body }) => body['seq'] as number)
  await stream.turn('finished')
  await until('all frames', () => stream.log().length >= 4 + pieces.length + changes.length)
  expect(seqs(stream)).toEqual(upTo(1, 4 + pieces.length + changes.length))
  const changed = stream.log().filter(({ type }) => type === 'file_changed')
  expect(changed.map(({ seq }) => seq)).toEqual(taken.toSorted((a, b) => a - b))
  const text = stream.log().map((frame) => (frame.type === 'assistant_message' ? frame.token : ''))
  expect(text.join('')).toBe(pieces.join(''))
  await stream.close()
})

test('a stream without a cursor is the latest turn and ends with it', async () => {
  const session = agent.newSession()
  agent.llm.play(() => answer('ok'))
  for (const text of ['one', 'two']) {
    await agent.message(session, text)
    await (await agent.follow(session)).done()
  }
  const again = await agent.follow(session)
  await again.done()
  expect(again.log()[0]).toMatchObject({ type: 'user_message', content: 'two' })
  expect(again.kinds().filter((kind) => kind.startsWith('turn'))).toEqual([
    'turn started',
    'turn finished',
  ])
})

test('Last-Event-ID is a cursor too, and one ahead of the log waits for what comes', async () => {
  const session = agent.newSession()
  agent.llm.play(() => answer('ok'))
  await agent.message(session, 'one')
  await (await agent.follow(session)).done()
  const resumed = await agent.follow(session, undefined, { 'last-event-id': '3' })
  const ahead = await agent.follow(session, 1000)
  await agent.message(session, 'two')
  await resumed.turn('finished', 2)
  await ahead.turn('finished')
  expect(seqs(resumed)[0]).toBe(4)
  expect(ahead.log()[0]).toMatchObject({ type: 'user_message', content: 'two' })
  await Promise.all([resumed.close(), ahead.close()])
  await expect(agent.follow('no-such-session', 0)).rejects.toThrow('404')
})

test('live readers are told what the session is busy with', async () => {
  const session = agent.newSession()
  const first = agent.llm.requests.length + 1
  agent.llm.play((_, count) =>
    count === first ? calls(call('write_file', { path: 'a', content: '' })) : answer('ok'),
  )
  await agent.open(session)
  const stream = await agent.follow(session, 0)
  await agent.message(session, 'go')
  const { call_id } = await stream.frame('tool_call')
  await stream.frame('status', ({ state }) => state === 'waiting_approval')
  await agent.decide(session, call_id, { decision: 'approve' })
  await stream.frame('status', ({ state }) => state === 'waiting_tool')
  await agent.result(session, call_id, { result: 'ok' })
  await stream.frame('status', ({ state }) => state === 'idle')
  const states = stream.frames.flatMap((frame) => (frame.type === 'status' ? [frame.state] : []))
  expect(states.filter((state, at) => state !== 'thinking' || at === 0)).toEqual([
    'thinking',
    'waiting_approval',
    'waiting_tool',
    'idle',
  ])
  await stream.close()
})

test('pieces of text are kept 24 h after their message; an older cursor cannot be resumed', async () => {
  const { sweepTokens } = await import('../../../services/agent/src/store/sweep-tokens.ts')
  const session = agent.newSession()
  agent.llm.play(() => answer('a', 'b', 'c'))
  await agent.message(session, 'go')
  const stream = await agent.follow(session)
  await stream.done()
  const last = seqs(stream).at(-1)!
  const dayAgo = () => new Date(Date.now() - 24 * 3_600_000)
  await sweepTokens(agent.pool, dayAgo())
  expect((await agent.open(session, { after: 0 })).body).toMatchObject({
    resumed: true,
    stream_after: 0,
  })

  await agent.pool.query(
    `update event set created_at = now() - interval '25 hours' where session_id = $1`,
    [session],
  )
  await sweepTokens(agent.pool, dayAgo())
  expect((await agent.open(session, { after: 0 })).body).toMatchObject({
    resumed: false,
    stream_after: last,
  })
  expect((await agent.open(session, { after: last - 1 })).body).toMatchObject({ resumed: true })
  const old = await agent.follow(session, 0)
  await old.turn('finished')
  expect(old.log().filter((frame) => frame.type === 'assistant_message')).toEqual([
    expect.objectContaining({ is_final: true, content: 'abc' }),
  ])
  await old.close()
})

test('workspaces whose Redis databases are on one server hear nothing of each other', async () => {
  const neighbour = await startAgent(() => answer('the neighbour’s'), {
    redisUrl: redisDatabaseUrl(1),
  })
  const gate = Promise.withResolvers<void>()
  agent.llm.play(() => [gate.promise, ...answer('ours')])
  const session = agent.newSession()
  await agent.message(session, 'go')
  const stream = await agent.follow(session, 0)
  await stream.turn('started')
  // Its log is the longer one: what is heard of it would go on where ours is.
  await neighbour.message(session, 'one')
  await (await neighbour.follow(session)).done()
  await neighbour.message(session, 'two')
  await (await neighbour.follow(session)).done()
  gate.resolve()
  await stream.turn('finished')
  const texts = stream.log().filter((frame) => frame.type === 'assistant_message')
  expect(texts.map(({ token }) => token)).toEqual(['ours', ''])
  await stream.close()
  await neighbour.stop()
})
