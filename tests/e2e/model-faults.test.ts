import { randomUUID } from 'node:crypto'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { bearer, restClient } from '../support/rest.ts'
import { openSocket, signIn, type TestSocket } from '../support/socket.ts'
import { until } from '../support/until.ts'
import { startAnthropic } from '../support/vendors/anthropic.ts'
import { startOllama } from '../support/vendors/ollama.ts'
import { startOpenAI } from '../support/vendors/openai.ts'
import { demoScript, type StandIn } from '../support/vendors/stand-in.ts'

/** Every way in which a model goes wrong, over each vendor's protocol, seen by the person's client. No fallback, short waits. */
const maxSteps = 4

let platform: StartedPlatform
let vendors: Record<string, StandIn>
let token: string
beforeAll(async () => {
  const [openai, anthropic, ollama] = await Promise.all([
    startOpenAI({ script: demoScript }),
    startAnthropic({ script: demoScript }),
    startOllama({ script: demoScript }),
  ])
  vendors = { 'gpt-4o': openai, 'claude-3-opus': anthropic, 'ollama/llama2': ollama }
  platform = await startPlatform({
    env: {
      OPENAI_API_KEY: 'sk-openai',
      OPENAI_BASE_URL: `${openai.url}/v1`,
      ANTHROPIC_API_KEY: 'sk-anthropic',
      ANTHROPIC_BASE_URL: anthropic.url,
      OLLAMA_BASE_URL: ollama.url,
      CODELAB_DEFAULT_MODEL: 'gpt-4o',
      // Named on purpose: the stand-in never answers in a real model's place.
      CODELAB_FALLBACK_MODELS: 'codelab-demo',
      LLM_RETRY_MIN_MS: '10',
      LLM_RETRY_MAX_MS: '1500',
      LLM_TIMEOUT_MS: '700',
      LLM_STALL_TIMEOUT_MS: '700',
      BREAKER_FAILURES: '100000',
      MAX_STEPS: String(maxSteps),
    },
  })
  const { gateway, username, password } = platform.ready
  token = (await signIn(gateway, username, password)).access_token
}, 60_000)
afterAll(async () => {
  await platform.remove()
  await Promise.all(Object.values(vendors).map((vendor) => vendor.close()))
}, 30_000)

const unavailable = {
  en: 'The AI service is temporarily unavailable. Please try again later.',
  ru: 'Извините, AI сервис временно недоступен.',
}

/** Says it in a new session and waits for the end of the turn; `tries` is how often the vendor was asked. */
async function ask(content: string, model: string, headers: Record<string, string> = {}) {
  const before = vendors[model]!.completions().length
  const { gateway } = platform.ready
  const socket = await openSocket({ gateway, token, session: randomUUID(), headers })
  socket.send({ type: 'user_message', content, model })
  const turn = await socket.waitFor('turn', ({ state }) => state !== 'started')
  socket.close()
  return {
    turn: turn.state,
    socket,
    finals: finals(socket),
    discarded: socket.frames.flatMap((frame) =>
      frame.type === 'message_discarded' ? [frame.message_id] : [],
    ),
    tries: vendors[model]!.completions().length - before,
  }
}
const finals = (socket: TestSocket) =>
  socket.frames.flatMap((frame) =>
    frame.type === 'assistant_message' && frame.is_final ? [frame] : [],
  )
/** The error frame comes right behind the turn's end. */
const reason = (socket: TestSocket) => until('the reason', () => socket.find('error'))

describe.each(['gpt-4o', 'claude-3-opus', 'ollama/llama2'])('%s', (model) => {
  test.each([
    ['fails with 500', 'fail with 500', 3],
    ['fails with 503', 'fail with 503', 3],
    ['wants a longer pause than we wait', 'fail with 429 (retry after 60)', 1],
    ['drops the connection', 'drop the connection', 3],
    ['never answers', 'never answer', 3],
    ['hangs before its first token', 'hang before first token', 3],
    ['breaks off before its first token', 'cut the stream after 0 tokens', 3],
  ])('that %s is tried so often, then said to be unavailable', async (_, wish, tries) => {
    const answer = await ask(wish, model)
    expect(answer).toMatchObject({ turn: 'finished', tries, discarded: [] })
    expect(answer.finals).toEqual([
      expect.objectContaining({ content: unavailable.en, finish_reason: 'unavailable' }),
    ])
  })

  test('that fails twice is asked a third time, and nobody notices', async () => {
    const answer = await ask('fail twice then count to 3', model)
    expect(answer).toMatchObject({ turn: 'finished', tries: 3, discarded: [] })
    expect(answer.finals.map(({ content }) => content)).toEqual(['1 2 3'])
  })

  test('that asks for a pause is given it', async () => {
    const started = performance.now()
    const answer = await ask('fail with 429 (retry after 1) once, then count to 3', model)
    expect(performance.now() - started).toBeGreaterThanOrEqual(1_000)
    expect(answer).toMatchObject({ turn: 'finished', tries: 2 })
    expect(answer.finals.map(({ content }) => content)).toEqual(['1 2 3'])
  })

  test('that refuses the request is asked once, and its reason ends the turn', async () => {
    const { socket, ...answer } = await ask('fail with 400', model)
    expect(answer).toMatchObject({ turn: 'failed', tries: 1, finals: [] })
    expect(await reason(socket)).toMatchObject({
      code: 'upstream_failed',
      message: expect.stringContaining('as it was asked to'),
    })
  })

  test.each([
    ['breaks off', 'cut the stream after 3 tokens'],
    ['stalls', 'stall after 3 tokens'],
    ['sends garbage', 'send garbage after 3 tokens'],
    ['sends an error', 'send an error after 3 tokens'],
    ['leaves out its end mark', 'leave out the end mark, count to 9'],
  ])('that %s in its answer is asked once more under a new id', async (_, wish) => {
    const failed = await ask(wish, model)
    expect(failed).toMatchObject({ turn: 'failed', tries: 2, finals: [] })
    expect(new Set(failed.discarded).size).toBe(2)
    expect((await reason(failed.socket)).code).toBe('upstream_failed')

    const saved = await ask(`${wish.replace(', count to 9', '')} once, then count to 9`, model)
    expect(saved).toMatchObject({ turn: 'finished', tries: 2 })
    expect(saved.finals.map(({ content }) => content)).toEqual(['1 2 3 4 5 6 7 8 9'])
    expect(saved.discarded.length).toBe(1)
    expect(saved.discarded).not.toContain(saved.finals[0]!.message_id)
  })

  test('that says nothing at all fails the turn and says so', async () => {
    const { socket, ...answer } = await ask('say nothing', model)
    expect(answer).toMatchObject({ turn: 'failed', tries: 1, finals: [] })
    expect((await reason(socket)).message).toMatch(/nothing at all/)
  })

  test.each([
    ['broken JSON as arguments', 'answer with broken json arguments'],
    ['a tool that nobody has', 'call an unknown tool'],
    ['a path that climbs out', 'call read_file with {"path": "../secret"}'],
    ['an absolute path', 'call read_file with {"path": "/etc/passwd"}'],
    ['a drive of another system', 'call delete_file with {"path": "C:\\\\secret"}'],
    ['an argument too many', 'call read_file with {"path": "a", "mode": 7}'],
    ['no path', 'call read_file with {}'],
  ])('that asks for %s is told so, and the client sees nothing of it', async (_, wish) => {
    const answer = await ask(wish, model)
    // Ollama itself reads the arguments; broken ones are text to it.
    const isText = wish.includes('broken') && model.startsWith('ollama')
    expect(answer).toMatchObject({ turn: 'finished', tries: isText ? 1 : 2 })
    expect(answer.socket.find('tool_call')).toBeUndefined()
    expect(answer.socket.find('error')).toBeUndefined()
    expect(answer.finals.at(-1)).toMatchObject({ finish_reason: 'stop' })
  })

  test(`that calls tools for ever is stopped after ${maxSteps} steps with a message`, async () => {
    const { gateway } = platform.ready
    const before = vendors[model]!.completions().length
    const socket = await openSocket({ gateway, token, session: randomUUID() })
    socket.socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as { type: string; call_id?: string }
      const { type, call_id } = frame
      if (type === 'tool_call') socket.send({ type: 'tool_result', call_id, result: 'again' })
    })
    socket.send({ type: 'user_message', content: 'call the same tool for ever', model })
    expect(await socket.waitFor('turn', ({ state }) => state !== 'started')).toMatchObject({
      state: 'finished',
    })
    expect(finals(socket).at(-1)).toMatchObject({
      finish_reason: 'step_limit',
      content: expect.stringContaining('I stopped here'),
    })
    expect(vendors[model]!.completions().length - before).toBe(maxSteps)
    socket.close()
  })
})

test.each([
  ['ru', 'ru'],
  ['ru-RU,ru;q=0.9,en;q=0.8', 'ru'],
  ['de,en;q=0.5,ru;q=0.1', 'en'],
  ['de', 'en'],
] as const)(
  'with all models down %s is answered in %s, by socket and by REST',
  async (header, language) => {
    const headers = { 'accept-language': header }
    const answer = await ask('fail with 500', 'gpt-4o', headers)
    expect(answer.finals.map(({ content }) => content)).toEqual([unavailable[language]])

    const session_id = randomUUID()
    const rest = restClient(platform.ready.gateway, { ...bearer(token), ...headers })
    const json = { session_id, message: 'fail with 500', model: 'gpt-4o' }
    expect((await rest('post', '/api/v1/message', { json })).status).toBe(200)
    const last = await until('the answer', async () => {
      const { body } = await rest('get', `/api/v1/sessions/${session_id}/messages`)
      return (body as { items: { role: string }[] }).items.find(({ role }) => role === 'assistant')
    })
    expect(last).toMatchObject({ content: unavailable[language], finish_reason: 'unavailable' })
  },
)

test('an unknown model fails the turn and names it', async () => {
  const { gateway } = platform.ready
  const socket = await openSocket({ gateway, token, session: randomUUID() })
  socket.send({ type: 'user_message', content: 'hi', model: 'gpt-99' })
  expect(await socket.waitFor('turn', ({ state }) => state !== 'started')).toMatchObject({
    state: 'failed',
  })
  expect((await reason(socket)).message).toContain('gpt-99')
  socket.close()
})
