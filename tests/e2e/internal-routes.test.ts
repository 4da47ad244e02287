import { randomUUID } from 'node:crypto'
import * as llm from '@codelab/contracts/agent-llm'
import * as agentContracts from '@codelab/contracts/gateway-agent'
import type { Route } from '@codelab/contracts/route'
import { expectFailure } from '../support/expect-failure.ts'
import { secretOf } from '../support/people.ts'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { bearer, restClient, type RestClient } from '../support/rest.ts'

/** The routes between our own services, spoken to with the real internal token of a running platform. */
let platform: StartedPlatform
let token: string
/** The agent as the gateway calls it for a person. */
let ann: RestClient
let bob: RestClient
beforeAll(async () => {
  platform = await startPlatform()
  token = await secretOf(platform.data, 'internal_token')
  const as = (user: string) =>
    restClient(platform.ready.agent, {
      ...bearer(token),
      'x-service-name': 'gateway',
      'x-user-id': user,
    })
  ann = as('ann')
  bob = as('bob')
}, 60_000)
afterAll(() => platform.remove(), 30_000)

const routesOf = (contracts: object) =>
  Object.values(contracts).filter(
    (value): value is Route =>
      typeof value === 'object' &&
      value !== null &&
      'access' in value &&
      value.access === 'service',
  )
const all = [
  ...routesOf(agentContracts).map((route) => ['agent', route] as const),
  ...routesOf(llm).map((route) => ['llm_proxy', route] as const),
].map(([service, route]) => [`${service}: ${route.method} ${route.path}`, service, route] as const)

test('there is a route of every kind to try', () => {
  expect(all.length).toBeGreaterThanOrEqual(20)
})

test.each(all)(
  '%s gives the 401 of services to every wrong token, and only that',
  async (_, service, route) => {
    const send = restClient(platform.ready[service])
    const path = route.path.replace(':id', 's1')
    const body = route.body ? { json: {} } : {}
    const wrong = [
      '',
      `Bearer ${token}x`,
      `Bearer ${token.slice(1)}`,
      `Basic ${token}`,
      token,
      `bearer  ${token}`,
      'Bearer ',
    ]
    for (const authorization of wrong) {
      const { status, body: said } = await send(route.method, path, {
        ...body,
        headers: { authorization },
      })
      expect([authorization, status, said]).toEqual([authorization, 401, { error: 'Unauthorized' }])
    }
    const { status } = await send(route.method, path, { ...body, headers: bearer(token) })
    expect(status).not.toBe(401)
  },
)

test.each(['agent', 'llm_proxy'] as const)(
  '%s hides even what it lacks, and /health is open',
  async (service) => {
    const send = restClient(platform.ready[service])
    const { status, body } = await send('get', '/api/v1/nothing')
    expect([status, body]).toEqual([401, { error: 'Unauthorized' }])
    expectFailure(await send('get', '/api/v1/nothing', { headers: bearer(token) }), 'not_found')
    expect((await send('get', '/health')).status).toBe(200)
  },
)

test('the internal token is no token of a person, at no door of the gateway', async () => {
  const gateway = restClient(platform.ready.gateway, bearer(token))
  expectFailure(await gateway('get', '/api/v1/sessions'), 'unauthorized')
  // The OpenAI-compatible routes take the service token by design.
  expect((await gateway('get', '/v1/models')).status).toBe(200)
})

const newSession = async () => {
  const session_id = randomUUID()
  expect((await ann('put', `/api/v1/sessions/${session_id}`, { json: {} })).status).toBe(200)
  return session_id
}
const call = { call_id: 'c', tool_name: 'read_file', arguments: { path: 'a' } }

test('on behalf of another user every route of a session is 403, and an odd user id is 400', async () => {
  const session_id = await newSession()
  const tries = [
    await bob('put', `/api/v1/sessions/${session_id}`, { json: {} }),
    await bob('post', '/api/v1/chat/message', { json: { session_id, message: 'hi' } }),
    await bob('get', `/api/v1/chat/stream/${session_id}?after=0`),
    await bob('post', '/api/v1/chat/cancel', { json: { session_id } }),
    await bob('post', '/api/v1/tools/execute', { json: { session_id, ...call } }),
    await bob('post', '/api/v1/tools/claim', { json: { session_id, call_id: 'c' } }),
    await bob('post', '/api/v1/tools/result', { json: { session_id, call_id: 'c', result: 1 } }),
    await bob('post', '/api/v1/tools/decision', {
      json: { session_id, call_id: 'c', decision: 'approve' },
    }),
    await bob('post', '/api/v1/files/changed', {
      json: { session_id, path: 'a', timestamp: '2026-01-18T12:00:00' },
    }),
    await bob('get', `/api/v1/session/${session_id}/messages`),
    await bob('get', `/api/v1/sessions/${session_id}`),
    await bob('get', `/api/v1/sessions/${session_id}/messages`),
    await bob('patch', `/api/v1/sessions/${session_id}`, { json: { title: 'x' } }),
    await bob('delete', `/api/v1/sessions/${session_id}`),
  ]
  for (const answer of tries) expectFailure(answer, 'forbidden')
  const service = restClient(platform.ready.agent, bearer(token))
  expect((await service('get', `/api/v1/sessions/${session_id}`)).body).toMatchObject({
    title: null,
    last_seq: 0,
  })
  const odd = await service('get', '/api/v1/sessions', { headers: { 'x-user-id': "ann' or 1=1" } })
  expectFailure(odd, 'invalid_request', 'x-user-id')
})
