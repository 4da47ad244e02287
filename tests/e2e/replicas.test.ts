import { randomUUID } from 'node:crypto'
import { withOperations } from '@codelab/auth/admin/open-operations'
import { AdminConfig } from '@codelab/auth/admin/settings'
import { openaiDialect } from '@codelab/demo-model/openai-dialect'
import type { Running } from '@codelab/runtime/process'
import { readSettings } from '@codelab/runtime/settings'
import { startOwnStores, type OwnStores } from '../support/own-stores.ts'
import { bearer, restClient } from '../support/rest.ts'
import { workspaceSettings } from '../support/service-set.ts'
import { openSocket, signIn, type TestSocket } from '../support/socket.ts'
import { withDatabase } from '../support/stores.ts'
import { demoScript, startStandIn, type StandIn } from '../support/vendors/stand-in.ts'

/** Two instances of every service on one PostgreSQL and one Redis, each gateway in front of its own agent, llm-proxy and auth. */
const name = 'ann'
const password = 'a long password of her own'

type Side = Record<'auth' | 'llmProxy' | 'agent' | 'gateway', Running>
let stores: OwnStores
let model: StandIn
let sides: [Side, Side]
let token: string
let agentUrl: string

beforeAll(async () => {
  stores = await startOwnStores()
  model = await startStandIn(openaiDialect(['codelab-demo'], 'codelab'), { script: demoScript })
  agentUrl = await stores.databaseUrl('agent')
  const authUrl = await stores.databaseUrl('auth')
  const workspace = await workspaceSettings(
    { agentUrl, authUrl, redisUrl: stores.redisUrl },
    model.url,
  )
  const startSide = async (first: boolean): Promise<Side> => {
    const auth = await workspace.startAuth()
    const llmProxy = await workspace.startLlmProxy(auth.url)
    const agent = await workspace.startAgent(llmProxy.url)
    const urls = { auth: auth.url, llmProxy: llmProxy.url, agent: agent.url }
    return { auth, llmProxy, agent, gateway: await workspace.startGateway(urls, first) }
  }
  // Both at once on empty databases: tables and keys are made once.
  sides = await Promise.all([startSide(true), startSide(false)])
  const settings = readSettings(AdminConfig, { DATABASE_URL: authUrl })
  await withOperations(settings, (users) => users.addUser({ name, password }))
  token = (await signIn(sides[0].gateway.url, name, password)).access_token
}, 60_000)
afterAll(async () => {
  for (const part of ['gateway', 'agent', 'llmProxy', 'auth'] as const)
    await Promise.all(sides.map((side) => side[part].stop()))
  await model.close()
  await stores.stop()
}, 30_000)

const open = async (side: 0 | 1, session: string, query = '') => {
  const socket = await openSocket({ gateway: sides[side].gateway.url, token, session, query })
  await socket.waitFor('session')
  return socket
}
const say = (socket: TestSocket, content: string, id: string = randomUUID()) =>
  socket.send({ type: 'user_message', content, id })
const turnsEnded = ({ frames }: TestSocket) =>
  frames.filter((frame) => frame.type === 'turn' && frame.state !== 'started').length
const turnEnd = (socket: TestSocket, count = 1) =>
  socket.waitFor('turn', () => turnsEnded(socket) >= count)
const logOf = ({ frames }: TestSocket) => frames.filter((frame) => 'seq' in frame)
const countTo = (n: number) => Array.from({ length: n }, (_, at) => at + 1).join(' ')

test('a conversation begun on one gateway goes on at the other, and both show the same log', async () => {
  const session = randomUUID()
  const one = await open(0, session)
  say(one, 'count to 20')
  await turnEnd(one)
  const two = await open(1, session, '?after=0')
  say(two, 'describe your context')
  await Promise.all([turnEnd(one, 2), turnEnd(two, 2)])
  expect(logOf(two)).toEqual(logOf(one))
  expect(logOf(one).map((frame) => 'seq' in frame && frame.seq)).toEqual(
    logOf(one).map((_, at) => at + 1),
  )
  for (const socket of [one, two]) socket.close()
})

test('an answer streams to both while it comes, and a socket may move in the middle of it', async () => {
  const session = randomUUID()
  const one = await open(0, session)
  const two = await open(1, session)
  say(one, 'count to 150 at 150 tokens/s')
  await one.waitFor('assistant_message', ({ token: piece }) => piece.includes('30'))
  one.socket.terminate()
  const seen = logOf(one).length
  const moved = await open(1, session, `?after=${seen}`)
  await Promise.all([turnEnd(two), turnEnd(moved)])
  expect([...logOf(one).slice(0, seen), ...logOf(moved)]).toEqual(logOf(two))
  expect(two.answers()).toEqual([countTo(150)])
  for (const socket of [two, moved]) socket.close()
})

test('an approval asked through one is given through the other, and a claim holds for both', async () => {
  const session = randomUUID()
  const [one, two] = [await open(0, session), await open(1, session)]
  say(one, 'delete old.txt')
  const { call_id } = await two.waitFor('tool_call')
  two.send({ type: 'hitl_decision', call_id, decision: 'approve' })
  await one.waitFor('tool_call', ({ requires_approval }) => !requires_approval)
  one.send({ type: 'tool_claim', call_id })
  await one.waitFor('tool_claimed')
  two.send({ type: 'tool_claim', call_id })
  expect(await two.waitFor('error', ({ in_reply_to }) => in_reply_to === call_id)).toMatchObject({
    code: 'conflict',
  })
  one.send({ type: 'tool_result', call_id, result: 'deleted' })
  await Promise.all([turnEnd(one), turnEnd(two)])
  expect(logOf(two)).toEqual(logOf(one))
  for (const socket of [one, two]) socket.close()
})

test('of two decisions through both at the same time one counts', async () => {
  const session = randomUUID()
  const sockets = [await open(0, session), await open(1, session)]
  say(sockets[0]!, 'delete old.txt')
  const calls = await Promise.all(sockets.map((socket) => socket.waitFor('tool_call')))
  const { call_id } = calls[0]!
  for (const socket of sockets) socket.send({ type: 'hitl_decision', call_id, decision: 'reject' })
  await Promise.all(sockets.map((socket) => turnEnd(socket)))
  const conflicts = sockets.flatMap(({ frames }) => frames.filter(({ type }) => type === 'error'))
  expect(conflicts).toMatchObject([{ code: 'conflict', in_reply_to: call_id }])
  for (const socket of sockets) socket.close()
})

test('the same message sent through both is one message and one turn', async () => {
  const session = randomUUID()
  const [one, two] = [await open(0, session), await open(1, session)]
  const before = model.completions().length
  for (const socket of [one, two]) say(socket, 'count to 5', 'same')
  await Promise.all([turnEnd(one), turnEnd(two)])
  say(one, 'count to 6')
  await Promise.all([turnEnd(one, 2), turnEnd(two, 2)])
  expect(two.answers()).toEqual(['1 2 3 4 5', '1 2 3 4 5 6'])
  expect(model.completions().length - before).toBe(2)
  for (const socket of [one, two]) socket.close()
})

test('twenty sessions at once: each turn runs once, whichever worker takes it, and every frame comes once and in order', async () => {
  const before = model.completions().length
  const talks = await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      const session = randomUUID()
      const side = (at % 2) as 0 | 1
      const asking = await open(side, session)
      const watching = await open((1 - side) as 0 | 1, session)
      say(asking, `count to ${40 + at} at 100 tokens/s`)
      return { at, asking, watching, session }
    }),
  )
  await Promise.all(talks.flatMap(({ asking, watching }) => [turnEnd(asking), turnEnd(watching)]))
  for (const { at, asking, watching } of talks) {
    expect(asking.answers()).toEqual([countTo(40 + at)])
    expect(logOf(watching)).toEqual(logOf(asking))
    expect(logOf(asking).map((frame) => 'seq' in frame && frame.seq)).toEqual(
      logOf(asking).map((_, place) => place + 1),
    )
    for (const socket of [asking, watching]) socket.close()
  }
  expect(model.completions().length - before).toBe(20)
  const { rows } = await withDatabase(agentUrl, (client) =>
    client.query(
      'SELECT count(*)::int AS turns, max(steps) AS steps FROM turn WHERE session_id = ANY($1)',
      [talks.map(({ session }) => session)],
    ),
  )
  expect(rows).toEqual([{ turns: 20, steps: 1 }])
})

test('both workers take steps', async () => {
  const stepsOf = async ({ agent }: Side) => {
    const metrics = await (await fetch(`${agent.adminUrl}/metrics`)).text()
    return Number(/steps_total\{outcome="answered"\} (\d+)/.exec(metrics)?.[1] ?? 0)
  }
  for (const side of sides) expect(await stepsOf(side)).toBeGreaterThan(0)
})

test('tokens of one auth are good at every gateway, and a refresh token used at both at once is no theft', async () => {
  const tokens = await signIn(sides[1].auth.url, name, password)
  for (const side of sides) {
    const rest = restClient(side.gateway.url, bearer(tokens.access_token))
    expect((await rest('get', '/api/v1/sessions')).status).toBe(200)
  }
  const refresh = (side: Side, refresh_token: string) =>
    restClient(side.auth.url)('post', '/oauth/token', {
      raw: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: 'codelab-desktop',
        refresh_token,
      }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  const answers = await Promise.all(sides.map((side) => refresh(side, tokens.refresh_token)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  const next = answers.map(({ body }) => (body as { refresh_token: string }).refresh_token)
  expect(new Set([tokens.refresh_token, ...next]).size).toBe(3)
  // Each of the two goes on from there, at the other instance.
  for (const [at, refreshToken] of next.entries())
    expect((await refresh(sides[1 - at]!, refreshToken)).status).toBe(200)
})
