import { Health, ProtectedResource } from '@codelab/contracts/client-gateway'
import { FailureBody } from '@codelab/contracts/errors'
import { startGateway, type UnderTest } from './gateway-under-test.ts'

let under: UnderTest
beforeAll(async () => {
  under = await startGateway()
})
afterAll(() => under.stop())

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  under.call(path, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })

describe('POST /api/v1/message', () => {
  test('creates the session and answers with the ids', async () => {
    const session_id = under.newSession()
    const { status, body } = await post('/api/v1/message', { session_id, message: 'hi', id: 'm1' })
    expect({ status, body }).toEqual({ status: 200, body: { message_id: 'm1', session_id } })
    expect(under.agent.recorded.at(-1)?.headers).toMatchObject({
      'x-user-id': under.userId,
      'x-service-name': 'gateway',
      traceparent: expect.stringMatching(/^00-/),
    })
  })

  test("into another user's session is 404", async () => {
    const session_id = under.newSession()
    under.agent.create(session_id, 'somebody-else')
    const { status, body } = await post('/api/v1/message', { session_id, message: 'hi' })
    expect(status).toBe(404)
    expect(FailureBody.parse(body).error.code).toBe('not_found')
  })

  type Row = { body: unknown; headers?: Record<string, string>; status: number; field?: string }
  const refused: Record<string, Row> = {
    'no message': { body: { session_id: 's' }, status: 400, field: 'message' },
    'an empty message': { body: { session_id: 's', message: '' }, status: 400, field: 'message' },
    'too long a message': {
      body: { session_id: 's', message: 'x'.repeat(100_001) },
      status: 400,
      field: 'message',
    },
    'a bad session id': {
      body: { session_id: 'a/b', message: 'x' },
      status: 400,
      field: 'session_id',
    },
    'a message that is no text': {
      body: { session_id: 's', message: {} },
      status: 400,
      field: 'message',
    },
    'broken JSON': { body: '{', status: 400 },
    'a list': { body: [], status: 400 },
    'another charset': {
      body: '{}',
      headers: { 'content-type': 'application/json; charset=latin1' },
      status: 415,
    },
    'a compressed body': { body: '{}', headers: { 'content-encoding': 'gzip' }, status: 415 },
    'another type': { body: 'x=1', headers: { 'content-type': 'text/plain' }, status: 415 },
    'a body of 2 MiB': { body: { session_id: 's', message: 'x'.repeat(2_097_152) }, status: 413 },
  }
  test.each(Object.entries(refused))('with %s is refused', async (_, row) => {
    const answer = await post('/api/v1/message', row.body, row.headers)
    expect(answer.status).toBe(row.status)
    const { error } = FailureBody.parse(answer.body)
    expect(error.field).toBe(row.field)
    expect(error.request_id).toBe(answer.headers.get('x-request-id'))
  })
})

describe('sessions over REST', () => {
  test('are listed, read, renamed and deleted by their owner', async () => {
    const id = under.newSession()
    under.agent.create(id, under.userId)
    const list = await under.call('/api/v1/sessions')
    expect((list.body['items'] as { id: string }[]).map((item) => item.id)).toContain(id)
    expect((await under.call(`/api/v1/sessions/${id}`)).body).toMatchObject({ id })
    const renamed = await under.call(`/api/v1/sessions/${id}`, {
      method: 'PATCH',
      body: '{"title":"New"}',
      headers: { 'content-type': 'application/json' },
    })
    expect(renamed.body).toMatchObject({ id, title: 'New' })
    expect((await under.call(`/api/v1/sessions/${id}/messages?limit=5`)).body).toEqual({
      items: [],
    })
    expect((await under.call(`/api/v1/sessions/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await under.call(`/api/v1/sessions/${id}`)).status).toBe(404)
  })

  test.each(['', '/messages'])('of another user are 404 (%s)', async (below) => {
    const id = under.newSession()
    under.agent.create(id, 'somebody-else')
    expect((await under.call(`/api/v1/sessions/${id}${below}`)).status).toBe(404)
  })

  test.each(['limit=0', 'limit=1000', 'limit=x'])('refuse the page %s', async (query) => {
    const { status, body } = await under.call(`/api/v1/sessions?${query}`)
    expect({ status, field: FailureBody.parse(body).error.field }).toEqual({
      status: 400,
      field: 'limit',
    })
  })
})

test.each(['/api/v1/models', '/api/v1/approvals', '/api/v1/usage'])(
  '%s is answered',
  async (path) => {
    expect((await under.call(path)).status).toBe(200)
  },
)

test.each([
  ['GET', '/api/v1/message'],
  ['POST', '/api/v1/chat/message'],
  ['PUT', '/api/v1/sessions/s'],
  ['POST', '/api/v1/tools/execute'],
  ['GET', '/metrics'],
  ['GET', '/'],
])('%s %s, a route of nobody or of the inside, is 404', async (method, path) => {
  const { status, body } = await under.call(path, { method })
  expect({ status, code: FailureBody.parse(body).error.code }).toEqual({
    status: 404,
    code: 'not_found',
  })
})

test.each([
  ['unavailable', 503],
  ['internal', 500],
  ['conflict', 409],
] as const)('a failure %s of the agent is answered %i in our form', async (code, status) => {
  under.agent.fail('get /api/v1/models', code)
  const answer = await under.call('/api/v1/models')
  expect({ status: answer.status, code: FailureBody.parse(answer.body).error.code }).toEqual({
    status,
    code,
  })
})

describe('/health', () => {
  const health = async () => {
    const response = await fetch(`${under.gateway.url}/health`)
    return { status: response.status, body: Health.parse(await response.json()) }
  }

  test('is 200 when all answer', async () => {
    expect(await health()).toEqual({
      status: 200,
      body: {
        status: 'healthy',
        checks: {
          gateway: true,
          agent_runtime: true,
          llm_proxy: true,
          postgres: true,
          redis: true,
        },
      },
    })
  })

  test.each(['llm_proxy', 'postgres'] as const)(
    'is 503 and names %s that the agent misses',
    async (part) => {
      under.agent.setHealth({ [part]: false })
      const { status, body } = await health()
      under.agent.setHealth({ [part]: true })
      expect({
        status,
        state: body.status,
        part: body.checks[part],
        gateway: body.checks.gateway,
      }).toEqual({
        status: 503,
        state: 'unhealthy',
        part: false,
        gateway: true,
      })
    },
  )

  test('says false of what cannot be asked', async () => {
    const lonely = await startGateway({ AGENT_URL: 'http://127.0.0.1:9' })
    const response = await fetch(`${lonely.gateway.url}/health`)
    expect(response.status).toBe(503)
    expect(Health.parse(await response.json()).checks).toEqual({
      gateway: true,
      agent_runtime: false,
      llm_proxy: false,
      postgres: false,
      redis: true,
    })
    expect((await lonely.call('/api/v1/sessions')).status).toBe(503)
    await lonely.stop()
  })
})

test('probes answer on the public and on the admin port, metrics on the admin port only', async () => {
  for (const base of [under.gateway.url, under.gateway.adminUrl]) {
    expect((await fetch(`${base}/livez`)).status).toBe(200)
    expect((await fetch(`${base}/readyz`)).status).toBe(200)
  }
  const metrics = await (await fetch(`${under.gateway.adminUrl}/metrics`)).text()
  for (const name of [
    'sockets_open',
    'frames_total',
    'relay_seconds',
    'socket_closes_total',
    'agent_call_seconds',
    'proxy_requests_total',
    'rate_limit_hits_total',
  ]) {
    expect(metrics).toContain(`# TYPE codelab_gateway_${name} `)
  }
})

test('the protected resource names the issuer as its only authorization server', async () => {
  const response = await fetch(`${under.gateway.url}/.well-known/oauth-protected-resource`)
  expect(ProtectedResource.parse(await response.json())).toMatchObject({
    resource: 'https://workspace.example',
    authorization_servers: ['https://workspace.example'],
  })
})
