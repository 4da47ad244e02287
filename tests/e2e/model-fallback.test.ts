import { randomUUID } from 'node:crypto'
import type { ModelList } from '@codelab/contracts/agent-llm'
import { secretOf } from '../support/people.ts'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { bearer, restClient } from '../support/rest.ts'
import { openSocket, signIn } from '../support/socket.ts'
import { until } from '../support/until.ts'
import { startAnthropic } from '../support/vendors/anthropic.ts'
import { startOpenAI } from '../support/vendors/openai.ts'
import { breaks, fails, says } from '../support/vendors/replies.ts'
import type { StandIn } from '../support/vendors/stand-in.ts'

/** Another model answers for one that does not, and one that keeps failing is left alone for a while. */
const [main, fallback] = ['gpt-4o', 'claude-3-opus']
const breakerFailures = 5

let platform: StartedPlatform
let openai: StandIn
let anthropic: StandIn
let token: string
let internalToken: string
beforeAll(async () => {
  openai = await startOpenAI({ script: says('from the first') })
  anthropic = await startAnthropic({ script: says('from the second') })
  platform = await startPlatform({
    env: {
      OPENAI_API_KEY: 'sk-openai',
      OPENAI_BASE_URL: `${openai.url}/v1`,
      ANTHROPIC_API_KEY: 'sk-anthropic',
      ANTHROPIC_BASE_URL: anthropic.url,
      CODELAB_DEFAULT_MODEL: main,
      CODELAB_FALLBACK_MODELS: `${fallback},codelab-demo`,
      LLM_RETRY_MIN_MS: '10',
      LLM_RETRY_MAX_MS: '20',
      BREAKER_FAILURES: String(breakerFailures),
      BREAKER_RECOVERY_S: '2',
    },
  })
  const { gateway, username, password } = platform.ready
  token = (await signIn(gateway, username, password)).access_token
  internalToken = await secretOf(platform.data, 'internal_token')
}, 60_000)
afterAll(async () => {
  await platform.remove()
  await Promise.all([openai.close(), anthropic.close()])
}, 30_000)

/** One turn with the default model: its last message, and how often each vendor was asked. */
async function ask(content = 'hi') {
  const before = [openai.completions().length, anthropic.completions().length]
  const { gateway } = platform.ready
  const socket = await openSocket({ gateway, token, session: randomUUID() })
  socket.send({ type: 'user_message', content })
  const { state } = await socket.waitFor('turn', (turn) => turn.state !== 'started')
  socket.close()
  const final = socket.find('assistant_message', ({ is_final }) => is_final)
  return {
    turn: state,
    ...(final && { content: final.content, model: final.model, finish: final.finish_reason }),
    asked: [openai.completions().length - before[0]!, anthropic.completions().length - before[1]!],
  }
}
const available = async (model: string) => {
  const rest = restClient(platform.ready.llm_proxy, bearer(internalToken))
  const { models } = (await rest('get', '/api/v1/models')).body as ModelList
  return models.find(({ id }) => id === model)?.available
}
/** Until the breaker lets a probe through and the model answers again. */
const recovered = () =>
  until('the first model to answer again', async () => (await ask()).model === main)

test('the model asked for answers, and nobody else is asked', async () => {
  expect(await ask()).toMatchObject({ content: 'from the first', model: main, asked: [1, 0] })
})

test('after three failed tries the fallback answers under its own name; at the fifth the breaker opens', async () => {
  openai.play(fails(500))
  const second = { turn: 'finished', content: 'from the second', model: fallback, finish: 'stop' }
  expect(await ask()).toEqual({ ...second, asked: [3, 1] })
  expect(await available(main)).toBe(true)
  // The fifth failed try in a row comes within the second turn, and ends its retries.
  expect(await ask()).toEqual({ ...second, asked: [breakerFailures - 3, 1] })
  expect(await available(main)).toBe(false)
  openai.play(says('from the first'))
  await recovered()
  expect(await available(main)).toBe(true)
})

test('a refusal of the request itself is no reason to ask another model', async () => {
  openai.play(fails(400, { message: 'too long by half' }))
  expect(await ask()).toEqual({ turn: 'failed', asked: [1, 0] })
  openai.play(says('from the first'))
  expect(await available(main)).toBe(true)
})

test('a wrong key is a reason, at once', async () => {
  openai.play(fails(401))
  expect(await ask()).toMatchObject({ content: 'from the second', model: fallback, asked: [1, 1] })
  openai.play(says('from the first'))
})

test('an answer that has begun is not continued by another model within one attempt', async () => {
  openai.play([breaks('cut', { tokens: 3 }), says('from the first')])
  expect(await ask()).toMatchObject({ content: 'from the first', model: main, asked: [2, 0] })
})

test('with the first vendor gone from the network the second answers', async () => {
  await openai.refuseConnections()
  expect(await ask()).toMatchObject({ content: 'from the second', model: fallback })
  await openai.listenAgain()
  await recovered()
})

test('with every model down the turn ends with a word, never with the demo model', async () => {
  openai.play(fails(500))
  anthropic.play(fails(529))
  const down = await ask()
  expect(down).toMatchObject({
    turn: 'finished',
    content: 'The AI service is temporarily unavailable. Please try again later.',
    finish: 'unavailable',
    asked: [3, 3],
  })
  const health = restClient(platform.ready.gateway)
  expect((await health('get', '/health')).status).toBe(200)
  openai.play(says('from the first'))
  anthropic.play(says('from the second'))
  await recovered()
})
