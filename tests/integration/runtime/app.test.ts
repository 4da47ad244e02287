import Router from '@koa/router'
import { z } from 'zod'
import { route } from '@codelab/contracts/route'
import { createApp } from '@codelab/runtime/app'
import { createCaller } from '@codelab/runtime/call'
import { Failure } from '@codelab/runtime/failure'
import { handle, mountRoutes } from '@codelab/runtime/handle'
import { requireService } from '@codelab/runtime/internal-token'
import { createLog } from '@codelab/runtime/log'
import { createMetrics } from '@codelab/runtime/metrics'
import { listen, startAdmin, type Listening } from '@codelab/runtime/serve'
import { openEventStream, readEventStream } from '@codelab/runtime/sse'
import { createTracing } from '@codelab/runtime/tracing'

const token = 'internal-token-of-the-test'
const echo = route({
  method: 'post',
  path: '/api/v1/things/:id',
  summary: 'Echo.',
  access: 'service',
  params: z.object({ id: z.string().max(8) }),
  query: z.object({ limit: z.coerce.number().int().max(5).optional() }),
  body: z.object({ name: z.string() }),
  status: 201,
  reply: z.object({ id: z.string(), name: z.string(), limit: z.number().optional() }),
  fails: ['not_found'],
})
const events = route({
  method: 'get',
  path: '/api/v1/events',
  summary: 'Events.',
  access: 'service',
  status: 200,
  fails: [],
})
const nothing = route({
  method: 'delete',
  path: '/api/v1/things/:id',
  summary: 'Gone.',
  access: 'service',
  params: z.object({ id: z.string() }),
  status: 204,
  fails: [],
})

const metrics = createMetrics('test')
let server: Listening
let base: string

beforeAll(async () => {
  const log = createLog({ service: 'test', level: 'silent' })
  const app = createApp({
    log,
    metrics,
    tracing: createTracing({ service: 'test', log }),
    trustIds: true,
  })
  const router = new Router()
  router.use('/api/v1', requireService(token))
  mountRoutes(router, [
    handle(
      echo,
      async ({ params, query, body }) => {
        if (params.id === 'missing') throw new Failure('not_found', { retryAfterSeconds: 2 })
        if (params.id === 'broken') throw new Error('secret detail')
        return { id: params.id, name: body.name, ...query, hidden: 'x' }
      },
      { maxBodyBytes: 100 },
    ),
    handle(events, async ({ ctx }) => {
      const stream = openEventStream(ctx)
      await stream.send({ id: '1', data: '{"a":"ä"}' })
      await stream.send({ data: '{"b":2}' })
      stream.end()
    }),
    handle(nothing, async () => undefined),
  ])
  app.use(router.routes())
  server = await listen(app.callback(), { host: '127.0.0.1', port: 0 })
  base = server.url
})
afterAll(() => server.close(100))

const post = (path: string, body: RequestInit['body'], headers: Record<string, string> = {}) =>
  fetch(base + path, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
  })

const refusals: [string, () => Promise<Response>, number, object][] = [
  ['a body that is no JSON', () => post('/api/v1/things/a', '{'), 400, { code: 'invalid_request' }],
  [
    'a body in another coding',
    () => post('/api/v1/things/a', Buffer.from([0x22, 0xff, 0x22])),
    400,
    { code: 'invalid_request' },
  ],
  [
    'a missing field',
    () => post('/api/v1/things/a', '{}'),
    400,
    { code: 'invalid_request', field: 'name' },
  ],
  [
    'a wrong parameter',
    () => post('/api/v1/things/toolongid', '{"name":"n"}'),
    400,
    { field: 'id' },
  ],
  [
    'a wrong query',
    () => post('/api/v1/things/a?limit=9', '{"name":"n"}'),
    400,
    { field: 'limit' },
  ],
  [
    'a bad escape in the path',
    () => post('/api/v1/things/%ff', '{"name":"n"}'),
    400,
    { code: 'invalid_request' },
  ],
  [
    'a large body',
    () => post('/api/v1/things/a', JSON.stringify({ name: 'x'.repeat(200) })),
    413,
    { code: 'payload_too_large' },
  ],
  [
    'another type',
    () => post('/api/v1/things/a', 'name=n', { 'content-type': 'text/plain' }),
    415,
    { code: 'unsupported_media_type' },
  ],
  [
    'another charset',
    () => post('/api/v1/things/a', '{}', { 'content-type': 'application/json; charset=latin1' }),
    415,
    {},
  ],
  ['no body', () => post('/api/v1/things/a', null), 400, { message: 'A JSON body is required.' }],
  ['an unknown route', () => post('/api/v1/nowhere', '{}'), 404, { code: 'not_found' }],
  [
    'a failure of the domain',
    () => post('/api/v1/things/missing', '{"name":"n"}'),
    404,
    { retry_after_s: 2 },
  ],
  [
    'an unexpected error',
    () => post('/api/v1/things/broken', '{"name":"n"}'),
    500,
    { code: 'internal' },
  ],
]

test.each(refusals)('answers %s in the one failure form', async (_, ask, status, expected) => {
  const response = await ask()
  const text = await response.text()
  expect(response.status).toBe(status)
  expect(JSON.parse(text)).toEqual({
    error: expect.objectContaining({
      ...expected,
      request_id: response.headers.get('x-request-id'),
    }),
  })
  expect(text).not.toContain('secret detail')
})

test('strips undeclared fields of a reply', async () => {
  const response = await post('/api/v1/things/a?limit=3', '{"name":"n","more":1}')
  expect([response.status, await response.json()]).toEqual([201, { id: 'a', name: 'n', limit: 3 }])
})

test.each([
  ['no token', {}],
  ['a wrong token', { authorization: 'Bearer wrong' }],
  ['a bare token', { authorization: token }],
])('refuses %s with the fixed body', async (_, headers) => {
  const response = await fetch(`${base}/api/v1/things/a`, {
    method: 'POST',
    headers: headers as Record<string, string>,
  })
  expect([response.status, await response.json()]).toEqual([401, { error: 'Unauthorized' }])
})

test('a parameter of the query without a value counts as none given', async () => {
  const response = await post('/api/v1/things/a?limit=', '{"name":"n"}')
  expect([response.status, await response.json()]).toEqual([201, { id: 'a', name: 'n' }])
})

test('reads the name of the scheme in any case (RFC 9110)', async () => {
  const headers = { authorization: `bearer ${token}` }
  expect((await post('/api/v1/things/a', '{"name":"n"}', headers)).status).toBe(201)
})

describe('the caller made of routes', () => {
  const caller = () =>
    createCaller({ baseUrl: base, headers: () => ({ authorization: `Bearer ${token}` }) })

  test('gets the parsed reply', async () => {
    const client = caller()
    await expect(client.call(echo, { params: { id: 'a' }, body: { name: 'ü' } })).resolves.toEqual({
      id: 'a',
      name: 'ü',
    })
    await expect(client.call(nothing, { params: { id: 'a' } })).resolves.toBeUndefined()
    await client.close()
  })

  test('gets failures under their own code', async () => {
    const client = caller()
    await expect(
      client.call(echo, { params: { id: 'missing' }, body: { name: 'n' } }),
    ).rejects.toMatchObject({ code: 'not_found', retryAfterSeconds: 2 })
    await client.close()
  })

  test('says that a service is away', async () => {
    const gone = await listen(() => undefined, { host: '127.0.0.1', port: 0 })
    await gone.close(0)
    const client = createCaller({ baseUrl: gone.url })
    await expect(client.call(nothing, { params: { id: 'a' } })).rejects.toMatchObject({
      code: 'unavailable',
    })
    await client.close()
  })

  test('reads an event stream', async () => {
    const client = caller()
    const { body } = await client.stream(events)
    const seen = []
    for await (const { id, data } of readEventStream(body)) seen.push([id, data])
    expect(seen).toEqual([
      ['1', '{"a":"ä"}'],
      [undefined, '{"b":2}'],
    ])
    await client.close()
  })
})

test('a taken port is named', async () => {
  await expect(
    listen(() => undefined, {
      host: '127.0.0.1',
      port: Number(new URL(base).port),
      name: 'the test',
    }),
  ).rejects.toThrow(/port \d+ of 127.0.0.1 is taken.*the test/)
})

test('probes and metrics answer on the admin port', async () => {
  let ready = false
  const admin = await startAdmin({ host: '127.0.0.1', port: 0, metrics, ready: () => ready })
  const status = async (path: string) => (await fetch(admin.url + path)).status
  expect([await status('/livez'), await status('/readyz'), await status('/nope')]).toEqual([
    200, 503, 404,
  ])
  ready = true
  expect(await status('/readyz')).toBe(200)
  expect(await (await fetch(`${admin.url}/metrics`)).text()).toContain(
    'codelab_test_http_request_duration_seconds_bucket',
  )
  await admin.close(100)
})
