import { startAgent } from '../../support/agent-under-test.ts'
import { answer, call, calls, done, say } from '../../support/stand-in-llm-proxy.ts'

type Agent = Awaited<ReturnType<typeof startAgent>>
let agent: Agent
beforeAll(async () => {
  agent = await startAgent(() => answer('Hel', 'lo'))
})
beforeEach(() => agent.llm.play(() => answer('Hel', 'lo')))
afterAll(() => agent.stop())

/** The text that a client shows: pieces of each message, joined. */
const shown = (frames: { type: string }[]) =>
  frames
    .filter((frame) => frame.type === 'assistant_message')
    .map((frame) => (frame as unknown as { token: string }).token)
    .join('')

test('a message is answered with the frames of a turn, in order and gap-free from 1', async () => {
  const session = agent.newSession()
  const sent = await agent.message(session, 'hello', { message_id: 'm1' })
  expect(sent).toEqual({ status: 202, body: { message_id: 'm1', seq: 1 } })

  const stream = await agent.follow(session)
  await stream.done()
  const log = stream.log()
  expect(log.map((frame) => frame.seq)).toEqual(log.map((_, index) => index + 1))
  expect(
    stream.kinds().filter((kind) => kind !== 'status' && kind !== 'assistant_message'),
  ).toEqual(['user_message', 'turn started', 'turn finished'])
  expect(shown(log)).toBe('Hello')
  expect(log.find((frame) => frame.type === 'assistant_message' && frame.is_final)).toMatchObject({
    token: '',
    content: 'Hello',
    finish_reason: 'stop',
    model: 'stand-in',
    usage: { input_tokens: 7, output_tokens: 3 },
  })
})

test('the model gets the system text, the tools, the history and the new message', async () => {
  const session = agent.newSession()
  await agent.message(session, 'first')
  await (await agent.follow(session)).done()
  await agent.message(session, 'second')
  await (await agent.follow(session)).done()
  const { messages, tools, stream, user } = agent.llm.requests.at(-1)!
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user'])
  expect(messages.at(-1)).toMatchObject({ content: 'second' })
  expect(tools!.map((tool) => tool.function.name)).toContain('git.diff')
  expect({ stream, user }).toEqual({ stream: true, user: 'ann' })
})

test('the same message id twice is one message with the same reply', async () => {
  const session = agent.newSession()
  const before = agent.llm.requests.length
  const replies = await Promise.all(
    Array.from({ length: 5 }, () => agent.message(session, 'once', { message_id: 'same' })),
  )
  expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1)
  await (await agent.follow(session)).done()
  expect(agent.llm.requests.length - before).toBe(1)
  expect((await agent.history(session)).filter(({ role }) => role === 'user')).toHaveLength(1)
})

test('a message during a turn is stored at once and its turn starts after the running one', async () => {
  const session = agent.newSession()
  const gate = Promise.withResolvers<void>()
  agent.llm.play((_, count) => (count > 0 ? [...say('one'), gate.promise, ...done()] : []))
  await agent.message(session, 'first', { message_id: 'a' })
  const stream = await agent.follow(session, 0)
  await stream.frame('assistant_message')
  await agent.message(session, 'second', { message_id: 'b' })
  await stream.frame('user_message', ({ id }) => id === 'b')
  expect((await agent.history(session)).map(({ id }) => id)).toEqual(['a', 'b'])
  expect(stream.kinds()).not.toContain('turn finished')

  gate.resolve()
  await stream.turn('finished', 2)
  const kinds = stream.kinds().filter((kind) => kind.startsWith('turn'))
  expect(kinds).toEqual(['turn started', 'turn finished', 'turn started', 'turn finished'])
  const asked = agent.llm.requests.at(-1)!.messages
  expect(asked.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user'])
  await stream.close()
})

test('a replaced message and what followed leave the context, and stay readable', async () => {
  const session = agent.newSession()
  await agent.message(session, 'wrong', { message_id: 'w' })
  await (await agent.follow(session)).done()
  await agent.message(session, 'right', { message_id: 'r', replaces: 'w' })
  await (await agent.follow(session)).done()
  const { messages } = agent.llm.requests.at(-1)!
  expect(messages.map(({ content }) => content).slice(1)).toEqual(['right'])
  expect((await agent.history(session)).map(({ content }) => content)).toEqual([
    'wrong',
    'Hello',
    'right',
    'Hello',
  ])
  expect(await agent.message(session, 'x', { replaces: 'nothing' })).toMatchObject({
    status: 404,
    body: { error: { field: 'replaces' } },
  })
})

test('a broken stream that may be retried is discarded and attempted once more under a new id', async () => {
  const session = agent.newSession()
  let tries = 0
  agent.llm.play(() => {
    tries += 1
    const error = {
      type: 'error',
      code: 'upstream_failed',
      message: 'it broke',
      retryable: true,
    } as const
    return tries === 1 ? [...say('half'), error] : answer('whole')
  })
  await agent.message(session, 'go')
  const stream = await agent.follow(session)
  await stream.done()
  const discarded = await stream.frame('message_discarded')
  const final = await stream.frame('assistant_message', (frame) => frame.is_final)
  expect(discarded.reason).toBe('it broke')
  expect(final).toMatchObject({ content: 'whole' })
  expect(final.message_id).not.toBe(discarded.message_id)
  expect(stream.kinds().at(-1)).toBe('turn finished')
})

test('a stream without an end mark counts as broken; after two the turn fails and a later reader learns why', async () => {
  const session = agent.newSession()
  const seen = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let tries = 0
  agent.llm.play(() => [...say('half'), seen[tries++]!.promise])
  await agent.message(session, 'go', { message_id: 'm' })
  const stream = await agent.follow(session)
  await stream.frame('assistant_message')
  seen[0]!.resolve()
  const first = await stream.frame('message_discarded')
  await stream.frame('assistant_message', ({ message_id }) => message_id !== first.message_id)
  seen[1]!.resolve()
  await stream.done()
  const late = await agent.follow(session, 0)
  const error = await late.frame('error')
  expect(error).toMatchObject({ code: 'upstream_failed', in_reply_to: 'm' })
  const kinds = late.kinds().filter((kind) => kind !== 'status')
  expect(kinds.slice(-2)).toEqual(['turn failed', 'error'])
  expect(kinds.filter((kind) => kind === 'message_discarded')).toHaveLength(2)
  await late.close()
})

test('connections to llm-proxy that break are no failure of a model: it is asked until it answers', async () => {
  const session = agent.newSession()
  let tries = 0
  agent.llm.play(() => {
    tries += 1
    return tries <= 3 ? [...say('half'), 'cut'] : answer('whole')
  })
  await agent.message(session, 'go')
  const stream = await agent.follow(session)
  await stream.done()
  expect(stream.kinds().at(-1)).toBe('turn finished')
  const texts = stream.frames.filter((frame) => frame.type === 'assistant_message')
  expect(texts.at(-1)).toMatchObject({ is_final: true, content: 'whole' })
  const discarded = stream.frames.filter((frame) => frame.type === 'message_discarded')
  const shown = new Set(texts.map(({ message_id }) => message_id))
  expect(new Set(discarded.map(({ message_id }) => message_id)).size).toBe(shown.size - 1)
})

test('an llm-proxy that falls silent is given up and asked again', async () => {
  const quick = await startAgent(() => answer('ok'), { settings: { LLM_PROXY_SILENCE_MS: '300' } })
  let tries = 0
  quick.llm.play(() => {
    tries += 1
    return tries === 1 ? [...say('half'), new Promise(() => undefined)] : answer('whole')
  })
  const session = quick.newSession()
  await quick.message(session, 'go')
  const stream = await quick.follow(session)
  await stream.frame('message_discarded')
  await stream.frame('assistant_message', ({ content }) => content === 'whole')
  await quick.stop()
})

test.each([
  [
    { status: 400, code: 'invalid_request', message: 'The model says: too many images.' },
    'too many images',
  ],
  [{ status: 404, code: 'not_found', message: 'There is no model named x.' }, 'no model named x'],
])('a refusal of the vendor fails the turn with its reason: %j', async (refusal, reason) => {
  const session = agent.newSession()
  agent.llm.play(() => refusal)
  await agent.message(session, 'go')
  const stream = await agent.follow(session)
  await stream.done()
  expect(stream.kinds()).toContain('turn failed')
  expect(await stream.frame('error')).toMatchObject({
    code: 'upstream_failed',
    message: expect.stringContaining(reason),
  })
})

test.each([
  ['en', 'The AI service is temporarily unavailable. Please try again later.'],
  ['de, ru-RU;q=0.9, en;q=0.4', 'Извините, AI сервис временно недоступен.'],
])('with all models down the answer says so in the language of %s', async (language, text) => {
  const session = agent.newSession()
  agent.llm.play(() => ({ status: 503, code: 'unavailable', message: 'all down' }))
  await agent.message(session, 'go', {}, { 'accept-language': language })
  const stream = await agent.follow(session)
  await stream.done()
  expect(shown(stream.log())).toBe(text)
  expect(await stream.frame('assistant_message', (frame) => frame.is_final)).toMatchObject({
    content: text,
    finish_reason: 'unavailable',
    model: 'stand-in',
  })
  expect(stream.kinds().at(-1)).toBe('turn finished')
})

test('an answer of nothing at all fails the turn with a clear reason', async () => {
  const session = agent.newSession()
  agent.llm.play(() => done())
  await agent.message(session, 'go')
  const stream = await agent.follow(session)
  await stream.done()
  expect(await stream.frame('error')).toMatchObject({ message: expect.stringContaining('nothing') })
})

test('an unknown tool and bad arguments are told to the model only', async () => {
  const session = agent.newSession()
  let step = 0
  agent.llm.play(() => {
    step += 1
    if (step > 1) return answer('sorry')
    return calls(call('make_coffee', {}), call('read_file', { path: '../secret' }))
  })
  await agent.message(session, 'go')
  const stream = await agent.follow(session)
  await stream.done()
  expect(stream.kinds()).not.toContain('tool_call')
  const told = agent.llm.requests.at(-1)!.messages.filter(({ role }) => role === 'tool')
  expect(told.map(({ content }) => content)).toEqual([
    expect.stringContaining('unknown_tool'),
    expect.stringContaining('arguments.path'),
  ])
})
