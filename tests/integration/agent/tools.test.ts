import { startAgent } from '../../support/agent-under-test.ts'
import { answer, call, calls, say, done } from '../../support/stand-in-llm-proxy.ts'
import type { CompletionRequest } from '@codelab/contracts/agent-llm'

type Agent = Awaited<ReturnType<typeof startAgent>>
let agent: Agent
beforeAll(async () => {
  agent = await startAgent(() => answer('done'), {
    settings: {
      MAX_STEPS: '4',
      APPROVAL_RULES: JSON.stringify([
        { tool: 'delete_file', path: 'keep/**', action: 'deny', reason: 'This is kept.' },
      ]),
    },
  })
})
afterAll(() => agent.stop())

/** Asks for the calls first, then answers with text. */
const asks = (...asked: ReturnType<typeof call>[]) => {
  const first = agent.llm.requests.length + 1
  agent.llm.play((_, count) => (count === first ? calls(...asked) : answer('done')))
}
const statuses = (replies: { status: number }[]) =>
  replies.map(({ status }) => status).toSorted((a, b) => a - b)
const toolTexts = ({ messages }: CompletionRequest) =>
  messages.filter(({ role }) => role === 'tool').map(({ content }) => content as string)

const begin = async (...asked: ReturnType<typeof call>[]) => {
  const session = agent.newSession()
  asks(...asked)
  await agent.message(session, 'go')
  const stream = await agent.follow(session)
  const frame = await stream.frame('tool_call')
  return { session, stream, frame, id: frame.call_id }
}

test('an allowed tool runs on the client and its result reaches the model', async () => {
  const { session, stream, frame, id } = await begin(call('read_file', { path: 'a.txt' }))
  expect(frame).toMatchObject({
    tool_name: 'read_file',
    arguments: { path: 'a.txt' },
    requires_approval: false,
  })
  expect(id).not.toContain('vendor')
  await stream.frame('status', ({ state }) => state === 'waiting_tool')
  expect(await agent.result(session, id, { result: 'the text' })).toMatchObject({ status: 202 })
  await stream.done()
  expect(
    stream.kinds().filter((kind) => kind !== 'status' && kind !== 'assistant_message'),
  ).toEqual(['user_message', 'turn started', 'tool_call', 'tool_resolved', 'turn finished'])
  expect(toolTexts(agent.llm.requests.at(-1)!)).toEqual(['the text'])
})

test('a second result is a conflict and changes nothing; an unknown call is not found', async () => {
  const { session, stream, id } = await begin(call('read_file', { path: 'a.txt' }))
  const replies = await Promise.all(
    [1, 2, 3].map((n) => agent.result(session, id, { result: `r${n}` })),
  )
  expect(statuses(replies)).toEqual([202, 409, 409])
  await stream.done()
  expect(stream.frames.filter(({ type }) => type === 'tool_resolved')).toHaveLength(1)
  expect(await agent.result(session, 'nothing', { result: 1 })).toMatchObject({ status: 404 })
})

test('the next step waits until every call of the last one is answered', async () => {
  const { session, stream } = await begin(
    call('read_file', { path: 'a' }),
    call('read_file', { path: 'b' }),
  )
  const frames = stream.frames.filter(({ type }) => type === 'tool_call') as { call_id: string }[]
  const asked = agent.llm.requests.length
  await agent.result(session, frames[1]!.call_id, {
    error: { code: 'file_not_found', message: 'no b' },
  })
  expect(await stream.frame('tool_resolved')).toMatchObject({ outcome: 'failed', by: 'ann' })
  expect(agent.llm.requests).toHaveLength(asked)
  await agent.result(session, frames[0]!.call_id, { result: 'A' })
  await stream.done()
  expect(toolTexts(agent.llm.requests.at(-1)!)).toEqual(['A', expect.stringContaining('no b')])
})

test('an approved call comes again under its id, to be executed', async () => {
  const { session, stream, frame, id } = await begin(call('delete_file', { path: 'a.txt' }))
  expect(frame.requires_approval).toBe(true)
  await stream.frame('status', ({ state }) => state === 'waiting_approval')
  expect((await agent.open(session)).body['pending_approvals']).toEqual([
    expect.objectContaining({ type: 'tool_call', call_id: id, seq: frame.seq }),
  ])
  expect(await agent.result(session, id, { result: 1 })).toMatchObject({ status: 409 })
  expect(await agent.decide(session, id, { decision: 'approve' })).toMatchObject({ status: 202 })
  const second = await stream.frame('tool_call', ({ requires_approval }) => !requires_approval)
  expect(second).toMatchObject({ call_id: id, arguments: { path: 'a.txt' } })
  expect(await agent.decide(session, id, { decision: 'reject' })).toMatchObject({ status: 409 })
  await agent.result(session, id, { result: 'deleted' })
  await stream.done()
  expect(stream.kinds().at(-1)).toBe('turn finished')
})

test('an edit is checked and judged again, and the model is told of it', async () => {
  const { session, stream, id } = await begin(call('delete_file', { path: 'a.txt' }))
  const bad = await agent.decide(session, id, {
    decision: 'edit',
    modified_arguments: { path: '/etc/x' },
  })
  expect(bad).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid_request', field: 'modified_arguments.path' } },
  })
  const denied = await agent.decide(session, id, {
    decision: 'edit',
    modified_arguments: { path: 'keep/x' },
  })
  expect(denied).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringContaining('This is kept.') } },
  })
  await agent.decide(session, id, { decision: 'edit', modified_arguments: { path: 'b.txt' } })
  const second = await stream.frame('tool_call', ({ requires_approval }) => !requires_approval)
  expect(second.arguments).toEqual({ path: 'b.txt' })
  await agent.result(session, id, { result: 'deleted b' })
  await stream.done()
  const [told] = toolTexts(agent.llm.requests.at(-1)!)
  expect(told).toContain('b.txt')
  expect(told).toContain('deleted b')
})

test('a rejection ends the call and its reason reaches the model', async () => {
  const { session, stream, id } = await begin(call('delete_file', { path: 'a.txt' }))
  await agent.decide(session, id, { decision: 'reject', feedback: 'I need that file' })
  await stream.done()
  expect(await stream.frame('tool_resolved')).toMatchObject({
    call_id: id,
    outcome: 'rejected',
    by: 'ann',
  })
  expect(toolTexts(agent.llm.requests.at(-1)!)[0]).toContain('I need that file')
})

test('of two decisions at once one counts', async () => {
  const { session, stream, id } = await begin(call('delete_file', { path: 'a.txt' }))
  const replies = await Promise.all([
    agent.decide(session, id, { decision: 'reject' }),
    agent.decide(session, id, { decision: 'reject' }),
  ])
  expect(statuses(replies)).toEqual([202, 409])
  await stream.done()
})

test('a remembered approval covers that tool with those arguments only', async () => {
  const { session, stream, id } = await begin(call('delete_file', { path: 'a.txt' }))
  await agent.decide(session, id, { decision: 'approve', remember: 'session' })
  await agent.result(session, id, { result: 'ok' })
  await stream.done()

  asks(call('delete_file', { path: 'a.txt' }), call('delete_file', { path: 'b.txt' }))
  await agent.message(session, 'again')
  const again = await agent.follow(session)
  const other = await again.frame('tool_call', (frame) => frame.arguments['path'] === 'b.txt')
  const same = await again.frame('tool_call', (frame) => frame.arguments['path'] === 'a.txt')
  expect([same.requires_approval, other.requires_approval]).toEqual([false, true])
  await agent.cancel(session)
  await again.done()
})

test('what a rule denies is told to the model and to nobody else', async () => {
  const session = agent.newSession()
  asks(call('delete_file', { path: 'keep/a' }))
  await agent.message(session, 'go')
  const stream = await agent.follow(session)
  await stream.done()
  expect(stream.kinds()).not.toContain('tool_call')
  expect(toolTexts(agent.llm.requests.at(-1)!)[0]).toContain('This is kept.')
})

test('the first claim wins; a result of another connection is refused while the first one is there', async () => {
  const { session, stream, id } = await begin(call('read_file', { path: 'a' }))
  const holder = await agent.follow(session, 0, { 'x-connection-id': 'one' })
  expect(await agent.claim(session, id, 'one')).toMatchObject({ status: 200 })
  expect(await agent.claim(session, id, 'one')).toMatchObject({ status: 200 })
  expect(await agent.claim(session, id, 'two')).toMatchObject({ status: 409 })
  const foreign = { 'x-connection-id': 'two' }
  expect(await agent.result(session, id, { result: 'x' }, foreign)).toMatchObject({ status: 409 })
  expect(await agent.result(session, id, { result: 'x' })).toMatchObject({ status: 409 })

  await holder.close()
  // Its socket is gone: the client may deliver what it executed on its next one, which nobody else may claim yet.
  const delivered = async () => (await agent.result(session, id, { result: 'x' }, foreign)).status
  let status = await delivered()
  while (status === 409) status = await delivered()
  expect(status).toBe(202)
  await stream.done()
})

test('a claim whose socket has been gone for 30 s is anybody’s', async () => {
  const { session, stream, id } = await begin(call('read_file', { path: 'a' }))
  await agent.claim(session, id, 'one')
  await agent.pool.query(
    `update tool_call set claim_seen_at = now() - interval '31 seconds' where call_id = $1`,
    [id],
  )
  expect(await agent.claim(session, id, 'two')).toMatchObject({ status: 200 })
  await agent.result(session, id, { result: 'x' }, { 'x-connection-id': 'two' })
  await stream.done()
})

test('open streams keep the claims of their connections', async () => {
  const { session, id } = await begin(call('read_file', { path: 'a' }))
  const holder = await agent.follow(session, 0, { 'x-connection-id': 'kept' })
  await agent.claim(session, id, 'kept')
  const seen = async () =>
    (
      await agent.pool.query<{ t: string }>(
        'select claim_seen_at as t from tool_call where call_id = $1',
        [id],
      )
    ).rows[0]!.t
  const before = String(await seen())
  while (String(await seen()) === before) await new Promise((resolve) => setTimeout(resolve, 50))
  await holder.close()
  await agent.cancel(session)
})

test('a turn that asks for tools for ever ends after its steps with a message', async () => {
  const session = agent.newSession()
  agent.llm.play((_, count) => calls(call('make_coffee', { n: count })))
  const before = agent.llm.requests.length
  await agent.message(session, 'go')
  const stream = await agent.follow(session)
  await stream.done()
  expect(agent.llm.requests.length - before).toBe(4)
  const final = await stream.frame('assistant_message', (frame) => frame.is_final)
  expect(final).toMatchObject({
    finish_reason: 'step_limit',
    model: 'stand-in',
    usage: { input_tokens: 4 * 7, output_tokens: 4 * 3 },
  })
  expect(final.content).not.toBe('')
  expect(stream.kinds().at(-1)).toBe('turn finished')
})

test('text before a tool call is a message of its own', async () => {
  const session = agent.newSession()
  const first = agent.llm.requests.length + 1
  agent.llm.play((_, count) =>
    count === first
      ? [...say('Let me look.'), call('read_file', { path: 'a' }), ...done('tool_calls')]
      : answer('Done.'),
  )
  await agent.message(session, 'go')
  const stream = await agent.follow(session)
  const { call_id } = await stream.frame('tool_call')
  expect(await stream.frame('assistant_message', (frame) => frame.is_final)).toMatchObject({
    content: 'Let me look.',
    finish_reason: 'tool_calls',
  })
  await agent.result(session, call_id, { result: { deep: [1, 2] } })
  await stream.done()
  const { messages } = agent.llm.requests.at(-1)!
  expect(messages.at(-2)).toMatchObject({ role: 'assistant', content: 'Let me look.' })
  expect(messages.at(-1)).toMatchObject({
    role: 'tool',
    tool_call_id: call_id,
    content: '{"deep":[1,2]}',
  })
})

test('a result longer than a quarter of the window is cut for the model, and whole in the history', async () => {
  const { session, stream, id } = await begin(call('read_file', { path: 'a' }))
  const long = 'many words '.repeat(20_000)
  await agent.result(session, id, { result: long })
  await stream.done()
  expect(toolTexts(agent.llm.requests.at(-1)!)[0]!.length).toBeLessThan(long.length / 4)
  expect((await agent.history(session)).find(({ role }) => role === 'tool')!.content).toBe(long)
})

test('results over 1 MiB are refused', async () => {
  const { session, id } = await begin(call('read_file', { path: 'a' }))
  const reply = await agent.result(session, id, { result: 'x'.repeat(1_048_577) })
  expect(reply).toMatchObject({ status: 413, body: { error: { code: 'payload_too_large' } } })
  await agent.cancel(session)
})

test('a tool asked for outside a turn goes the same way, and its result is kept as context', async () => {
  const session = agent.newSession()
  agent.llm.play(() => answer('ok'))
  await agent.message(session, 'hello')
  await (await agent.follow(session)).done()
  const execute = (call_id: string, tool_name: string, args: object) =>
    agent.send('POST', '/api/v1/tools/execute', {
      session_id: session,
      call_id,
      tool_name,
      arguments: args,
    })
  expect(await execute('x1', 'make_coffee', {})).toMatchObject({
    status: 422,
    body: { error: { field: 'tool_name' } },
  })
  expect(await execute('x1', 'read_file', { path: '../a' })).toMatchObject({
    status: 422,
    body: { error: { field: 'arguments.path' } },
  })
  expect(await execute('x1', 'delete_file', { path: 'keep/a' })).toMatchObject({ status: 403 })
  expect(await execute('x1', 'write_file', { path: 'a', content: 'b' })).toEqual({
    status: 202,
    body: { call_id: 'x1', requires_approval: true },
  })
  expect(await execute('x1', 'write_file', { path: 'a', content: 'b' })).toMatchObject({
    status: 202,
  })
  expect(await execute('x1', 'read_file', { path: 'a' })).toMatchObject({ status: 409 })
  await agent.decide(session, 'x1', { decision: 'approve' })
  await agent.result(session, 'x1', { result: 'written by hand' })

  await agent.message(session, 'what was done?')
  await (await agent.follow(session)).done()
  expect(toolTexts(agent.llm.requests.at(-1)!)).toEqual(['written by hand'])
})

test('a changed file is told to the model and to every open conversation', async () => {
  const session = agent.newSession()
  agent.llm.play(() => answer('ok'))
  await agent.message(session, 'hello')
  const stream = await agent.follow(session, 0)
  await stream.turn('finished')
  const body = {
    session_id: session,
    path: 'src/a.ts',
    timestamp: '2026-01-01T00:00:00Z',
    change: 'modified',
  }
  expect(await agent.send('POST', '/api/v1/files/changed', body)).toMatchObject({ status: 202 })
  expect(await stream.frame('file_changed')).toMatchObject({ path: 'src/a.ts', change: 'modified' })
  await agent.message(session, 'and now?')
  await stream.turn('finished', 2)
  expect(agent.llm.requests.at(-1)!.messages).toContainEqual({
    role: 'system',
    content: 'File src/a.ts was modified by user',
  })
  await stream.close()
})
