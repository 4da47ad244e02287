import { createKubeClient } from '@codelab/operator/kube/client'
import { createConnection } from '@codelab/operator/kube/connection'
import { KubeFailure, type KubeReason } from '@codelab/operator/kube/failure'
import { createFence, fencedWrites, NotLeading } from '@codelab/operator/kube/fence'
import type { RequestSeen } from '@codelab/operator/kube/request'
import { resources } from '@codelab/operator/kube/resources'
import { createFakeClock } from '../../support/clock.ts'
import {
  refusal,
  type Reply,
  type Script,
  startScriptedApiServer,
} from '../../support/scripted-api-server.ts'
import { until } from '../../support/until.ts'

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

type Options = { clock?: ReturnType<typeof createFakeClock>; connections?: number }

async function setUp(reply: Script['reply'], { clock, connections }: Options = {}) {
  const server = await startScriptedApiServer({ ...(reply && { reply }) })
  const connection = createConnection({
    load: () => server.config(),
    ...(connections && { connections }),
  })
  const seen: RequestSeen[] = []
  const client = createKubeClient({
    connection,
    onRequest: (request) => void seen.push(request),
    random: () => 0,
    ...(clock && { clock }),
  })
  cleanups.push(
    () => server.close(),
    () => connection.close(),
  )
  return { server, client, seen }
}

const key = { namespace: 'team', name: 'acme' }
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: key,
  data: { password: 'c2VjcmV0' },
}
const failure = async (promise: Promise<unknown>): Promise<KubeFailure> => {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(KubeFailure)
  return error as KubeFailure
}

test('objects pass through raw: fields that no type knows stay', async () => {
  const object = {
    apiVersion: 'codelab.dev/v1alpha1',
    kind: 'CodeLabWorkspace',
    metadata: { ...key, uid: 'u', resourceVersion: '4' },
    'x-unknown': { deep: [1, null, 'two'] },
  }
  const { server, client, seen } = await setUp(() => ({ body: object }))
  expect(await client.get(resources.workspaces, key)).toEqual(object)
  expect(await client.replace(object)).toEqual(object)
  const [read, written] = server.requests
  expect(read!.path).toBe('/apis/codelab.dev/v1alpha1/namespaces/team/codelabworkspaces/acme')
  expect(written!.body).toEqual(object)
  expect(seen.map(({ verb, resource, status }) => ({ verb, resource, status }))).toEqual([
    { verb: 'get', resource: 'codelabworkspaces', status: 200 },
    { verb: 'replace', resource: 'codelabworkspaces', status: 200 },
  ])
})

test('an empty list of metadata comes with null for its items', async () => {
  const list = {
    kind: 'PartialObjectMetadataList',
    items: null,
    metadata: { resourceVersion: '7' },
  }
  const { client } = await setUp(() => ({ body: list }))
  expect(await client.list(resources.secrets, { form: 'metadata' })).toEqual({
    items: [],
    resourceVersion: '7',
  })
})

test('what does not exist is undefined, or gone; a name that is a path goes nowhere', async () => {
  const { server, client } = await setUp(() => refusal(404, 'NotFound'))
  expect(await client.get(resources.secrets, key)).toBeUndefined()
  expect(await client.delete(resources.secrets, key, { uid: 'u' })).toBe('gone')
  await client.get(resources.secrets, { namespace: 'team', name: 'a/../b' })
  expect(server.requests.at(-1)!.path).toBe('/api/v1/namespaces/team/secrets/a%2F..%2Fb')
  await expect(client.get(resources.secrets, { namespace: '..', name: 'a' })).rejects.toThrow(
    '".." names no object',
  )
})

test('a creation tells made from there already, and sends a POST', async () => {
  const { server, client } = await setUp((_, count) =>
    count === 1 ? { status: 201, body: secret } : refusal(409, 'AlreadyExists'),
  )
  expect(await client.create(secret)).toEqual({ outcome: 'created', object: secret })
  expect(await client.create(secret)).toEqual({ outcome: 'exists' })
  expect(server.requests[0]).toMatchObject({
    method: 'POST',
    path: '/api/v1/namespaces/team/secrets',
    body: secret,
  })
})

test('apply is server-side, by one field manager, forced; status goes to its subresource', async () => {
  const { server, client } = await setUp(() => ({ body: secret }))
  await client.apply(secret)
  await client.applyStatus({
    apiVersion: 'codelab.dev/v1alpha1',
    kind: 'CodeLabWorkspace',
    metadata: { ...key, uid: 'u' },
    status: { phase: 'Ready' },
  })
  const [whole, status] = server.requests
  expect(whole).toMatchObject({
    method: 'PATCH',
    path: '/api/v1/namespaces/team/secrets/acme',
    query: { fieldManager: 'codelab-operator', force: 'true' },
  })
  expect(whole!.headers['content-type']).toBe('application/apply-patch+yaml')
  expect(status!.path).toMatch(/\/codelabworkspaces\/acme\/status$/)
})

test('a delete names the very object; another of its name is a conflict', async () => {
  const { server, client } = await setUp(() => refusal(409, 'Conflict'))
  const error = await failure(client.delete(resources.secrets, key, { uid: 'u' }))
  expect(error.reason).toBe('Conflict')
  expect(server.requests[0]!.body).toMatchObject({ preconditions: { uid: 'u' } })
})

test('metadata alone is asked for and insisted on: a whole Secret is not taken', async () => {
  const { server, client } = await setUp((_, count) => ({
    body: {
      kind: count === 1 ? 'PartialObjectMetadataList' : 'SecretList',
      metadata: { resourceVersion: '1' },
      items: [],
    },
  }))
  await client.list(resources.secrets, { form: 'metadata' })
  expect(server.requests[0]!.headers.accept).toBe(
    'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  )
  const error = await failure(client.list(resources.secrets, { form: 'metadata' }))
  expect(error.reason).toBe('Malformed')
})

test('pages of a list are put together, with the version of the first', async () => {
  const page = (name: string, version: string, next?: string): Reply => ({
    body: {
      kind: 'SecretList',
      metadata: { resourceVersion: version, ...(next && { continue: next }) },
      items: [{ metadata: { name } }],
    },
  })
  const { client } = await setUp(({ query }) =>
    query['continue'] ? page('b', '8') : page('a', '7', 'more'),
  )
  expect(await client.list(resources.secrets, { namespace: 'team' })).toEqual({
    items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }],
    resourceVersion: '7',
  })
})

const answers: [string, Reply, { reason: KubeReason; status: number }][] = [
  ['by its reason', refusal(409, 'Conflict'), { reason: 'Conflict', status: 409 }],
  [
    'by its reason, not by its status',
    refusal(409, 'AlreadyExists'),
    { reason: 'AlreadyExists', status: 409 },
  ],
  ['without a reason by its status', refusal(403, ''), { reason: 'Forbidden', status: 403 }],
  ['of no known reason by its status', refusal(422, 'Unheard'), { reason: 'Invalid', status: 422 }],
  [
    'that is a page of a proxy',
    { status: 502, body: '<html>' },
    { reason: 'Unknown', status: 502 },
  ],
  ['that is a proxy’s 404', { status: 404, body: 'x' }, { reason: 'Unknown', status: 404 }],
  [
    'that is no JSON though it is well',
    { status: 200, body: 'ok' },
    { reason: 'Malformed', status: 200 },
  ],
]

test.each(answers)('an answer %s is told', async (_, reply, expected) => {
  const { client } = await setUp(() => reply)
  expect(await failure(client.apply(secret))).toMatchObject(expected)
})

test('a refusal says which fields are wrong', async () => {
  const causes = [{ reason: 'FieldValueInvalid', field: 'spec.access.host', message: 'no host' }]
  const { client } = await setUp(() => refusal(422, 'Invalid', { details: { causes } }))
  expect((await failure(client.apply(secret))).causes).toEqual(causes)
})

test('a busy API server is asked again when it says so, and no sooner', async () => {
  const clock = createFakeClock()
  const { server, client } = await setUp(
    (_, count) =>
      count === 1
        ? { ...refusal(429, 'TooManyRequests'), headers: { 'retry-after': '3' } }
        : { body: secret },
    { clock },
  )
  const applied = client.apply(secret)
  await until('the wait', () => server.requests.length === 1 && clock.untilNext() === 3_000)
  await clock.advance(2_999)
  expect(server.requests).toHaveLength(1)
  await clock.advance(1)
  expect(await applied).toEqual(secret)
})

test('a wait beyond the time-out is left to the caller', async () => {
  const { server, client } = await setUp(() => ({
    ...refusal(429, 'TooManyRequests'),
    headers: { 'retry-after': '60' },
  }))
  expect(await failure(client.apply(secret))).toMatchObject({
    reason: 'TooManyRequests',
    retryAfterSeconds: 60,
  })
  expect(server.requests).toHaveLength(1)
})

test('no answer in time is a failure of its own, and an abort throws its reason', async () => {
  const clock = createFakeClock()
  const { server, client, seen } = await setUp(() => undefined, { clock })
  const late = failure(client.apply(secret))
  await until('the request', () => server.requests.length === 1)
  await clock.advance(30_000)
  expect((await late).reason).toBe('NoAnswer')
  expect(seen).toEqual([{ verb: 'apply', resource: 'secrets', status: 0, seconds: 30 }])

  const control = new AbortController()
  const aborted = client.apply(secret, { signal: control.signal })
  await until('the request', () => server.requests.length === 2)
  control.abort(new Error('enough'))
  await expect(aborted).rejects.toThrow('enough')
})

test('a server that cannot be reached is told as such, writes that may have happened are not sent twice', async () => {
  const { server, client, seen } = await setUp(() => ({ body: secret }))
  await server.close()
  expect((await failure(client.get(resources.secrets, key))).reason).toBe('Unreachable')
  expect((await failure(client.create(secret))).reason).toBe('Unreachable')
  expect(seen.map(({ verb }) => verb)).toEqual(['get', 'get', 'create'])
})

test('a write that waits for a connection when leadership ends is not written', async () => {
  const first = Promise.withResolvers<Reply>()
  const { server, client } = await setUp(
    (_, count) => (count === 1 ? first.promise : { body: secret }),
    { connections: 1 },
  )
  let leading = true
  // The signal comes late, as after a stop of the whole process: only the last look can tell.
  const fence = createFence({ isLeading: () => leading, ended: new AbortController().signal })
  const writes = fencedWrites(client, fence)
  const written = writes.apply(secret)
  const waiting = expect(writes.apply(secret)).rejects.toThrow(NotLeading)
  await until('the first write', () => server.requests.length === 1)
  leading = false
  first.resolve({ body: secret })
  expect(await written).toEqual(secret)
  await waiting
  expect(server.requests).toHaveLength(1)
})

test('every write verb goes through the fence', async () => {
  const { server, client } = await setUp(() => ({ body: secret }))
  const ended = AbortSignal.abort()
  const writes = fencedWrites(client, createFence({ isLeading: () => false, ended }))
  const replaced = { ...secret, metadata: { ...key, resourceVersion: '1' } }
  for (const write of [
    writes.create(secret),
    writes.replace(replaced),
    writes.apply(secret),
    writes.applyStatus(secret),
    writes.patch(resources.secrets, key, { patch: {} }),
    writes.delete(resources.secrets, key, { uid: 'u' }),
  ])
    await expect(write).rejects.toThrow(NotLeading)
  expect(server.requests).toEqual([])
})
