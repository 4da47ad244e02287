import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { createKubeClient } from '@codelab/operator/kube/client'
import { createConnection } from '@codelab/operator/kube/connection'
import { resources } from '@codelab/operator/kube/resources'
import { type Certificate, selfSigned } from '../../support/certificate.ts'
import { createFakeClock } from '../../support/clock.ts'
import { type Script, startScriptedApiServer } from '../../support/scripted-api-server.ts'
import { until } from '../../support/until.ts'

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

const key = { namespace: 'team', name: 'acme' }
const secret = { apiVersion: 'v1', kind: 'Secret', metadata: key }
const base64 = (text: string) => Buffer.from(text).toString('base64')

async function serve(script: Script, tls?: Parameters<typeof startScriptedApiServer>[1]) {
  const server = await startScriptedApiServer(script, tls)
  cleanups.push(() => server.close())
  return server
}

const configFor = (server: string, user: object, cluster: object = {}): KubeConfig => {
  const config = new KubeConfig()
  config.loadFromClusterAndUser(
    { name: 'c', server, skipTLSVerify: false, ...cluster },
    { name: 'u', ...user },
  )
  return config
}

function connect(load: () => KubeConfig, clock?: ReturnType<typeof createFakeClock>) {
  const connection = createConnection({ load, ...(clock && { clock }) })
  cleanups.push(() => connection.close())
  return { connection, client: createKubeClient({ connection }) }
}

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'operator-'))
  cleanups.push(() => rm(folder, { recursive: true }))
  return folder
}

async function tokenFile(token: string) {
  const file = join(await scratch(), 'token')
  const write = (text: string) => writeFile(file, text)
  await write(token)
  return { file, write }
}

const tokenUser = (file: string) => ({
  authProvider: { name: 'tokenFile', config: { tokenFile: file } },
})

test('the server is checked against the authority of the configuration, and shown our certificate', async () => {
  const [server, client, stranger] = ['api server', 'operator', 'stranger'].map(selfSigned) as [
    Certificate,
    Certificate,
    Certificate,
  ]
  const api = await serve(
    { reply: () => ({ body: secret }) },
    {
      ...server,
      ca: client.cert,
      requestCert: true,
      rejectUnauthorized: true,
    },
  )
  const user = { certData: base64(client.cert), keyData: base64(client.key) }
  const trusted = connect(() => configFor(api.url, user, { caData: base64(server.cert) }))
  expect(await trusted.client.get(resources.secrets, key)).toEqual(secret)
  expect(api.requests[0]!.subject).toBe('operator')

  const misled = connect(() => configFor(api.url, user, { caData: base64(stranger.cert) }))
  await expect(misled.client.get(resources.secrets, key)).rejects.toMatchObject({
    reason: 'Unreachable',
    cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  })
})

test('a path before the API is kept, and user and password are sent', async () => {
  const api = await serve({ reply: () => ({ body: secret }) })
  const { client } = connect(() =>
    configFor(
      `${api.url}/clusters/7/`,
      { username: 'ann', password: 'pass' },
      { skipTLSVerify: true },
    ),
  )
  await client.get(resources.secrets, key)
  expect(api.requests[0]!.path).toBe('/clusters/7/api/v1/namespaces/team/secrets/acme')
  expect(api.requests[0]!.headers.authorization).toBe(`Basic ${base64('ann:pass')}`)
})

test('credentials never go over plain HTTP unless the configuration waives TLS', async () => {
  const api = await serve({ reply: () => ({ body: secret }) })
  const { client } = connect(() => configFor(api.url, { token: 'secret' }))
  await expect(client.get(resources.secrets, key)).rejects.toMatchObject({ reason: 'Unreachable' })
  expect(api.requests).toEqual([])
})

test('a configuration with a proxy is refused in words', async () => {
  const { client } = connect(() =>
    configFor('https://127.0.0.1:1', {}, { proxyUrl: 'http://127.0.0.1:2' }),
  )
  await expect(client.get(resources.secrets, key)).rejects.toMatchObject({
    cause: { message: expect.stringContaining('proxy-url') },
  })
})

test('a token that is refused is read again, and the request sent once more', async () => {
  const { file, write } = await tokenFile('old')
  let valid = 'Bearer old'
  const api = await serve({
    reply: ({ headers }) =>
      headers.authorization === valid
        ? { body: secret }
        : { status: 401, body: { kind: 'Status', reason: 'Unauthorized', code: 401 } },
  })
  const clock = createFakeClock()
  const load = () => configFor(api.url, tokenUser(file), { skipTLSVerify: true })
  const { client } = connect(load, clock)
  await client.get(resources.secrets, key)

  valid = 'Bearer new'
  await write('new')
  await clock.advance(6_000)
  expect(await client.apply(secret)).toEqual(secret)
  expect(api.requests.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer old',
    'Bearer old',
    'Bearer new',
  ])

  // Refused for good: asked twice, and not twice for each request that follows at once.
  valid = 'none'
  await clock.advance(6_000)
  for (let round = 0; round < 3; round++)
    await expect(client.apply(secret)).rejects.toMatchObject({ reason: 'Unauthorized' })
  expect(api.requests).toHaveLength(3 + 4)
})

test('credentials that changed are used without a restart, on new connections', async () => {
  const server = selfSigned('api server')
  const users = ['first', 'second'].map(selfSigned)
  const api = await serve(
    { reply: () => ({ body: secret }) },
    {
      ...server,
      ca: users.map(({ cert }) => cert),
      requestCert: true,
    },
  )
  const folder = await scratch()
  const [certFile, keyFile] = [join(folder, 'cert'), join(folder, 'key')]
  const become = async ({ cert, key: own }: Certificate) => {
    await writeFile(certFile, cert)
    await writeFile(keyFile, own)
  }
  await become(users[0]!)
  const clock = createFakeClock()
  const load = () => configFor(api.url, { certFile, keyFile }, { caData: base64(server.cert) })
  const { client } = connect(load, clock)
  await client.get(resources.secrets, key)
  await become(users[1]!)
  await client.get(resources.secrets, key)
  await clock.advance(10_000)
  await client.get(resources.secrets, key)
  expect(api.requests.map(({ subject }) => subject)).toEqual(['first', 'first', 'second'])
  await until('the first connection to close', () => api.connections() === 1)
})

test('many watches stand in nobody’s way, and closing ends them', async () => {
  const api = await serve({ reply: () => ({ body: secret }) })
  const connection = createConnection({ load: () => api.config(), connections: 1 })
  const client = createKubeClient({ connection })
  const { signal } = new AbortController()
  const watches = Array.from({ length: 5 }, async () => {
    const bytes = await client.watch(resources.secrets, {
      resourceVersion: '1',
      timeoutSeconds: 300,
      signal,
    })
    for await (const chunk of bytes) expect(chunk).toBeDefined()
  })
  const ended = Promise.allSettled(watches)
  await until('the watches', () => api.openWatches().length === 5)
  expect(await client.get(resources.secrets, key)).toEqual(secret)
  await connection.close()
  expect((await ended).map(({ status }) => status)).toEqual(Array(5).fill('rejected'))
  await expect(client.get(resources.secrets, key)).rejects.toMatchObject({ reason: 'Unreachable' })
})
