import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { Running } from '@codelab/runtime/process'
import { openaiDialect } from '@codelab/demo-model/openai-dialect'
import { freePorts } from '@codelab/standalone/stores/free-port'
import { startOwnStores, type OwnStores } from '../support/own-stores.ts'
import { restClient } from '../support/rest.ts'
import { workspaceSettings } from '../support/service-set.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { until } from '../support/until.ts'
import { demoScript, startStandIn, type StandIn } from '../support/vendors/stand-in.ts'

/** Services as processes of their own whose stores are not there yet: they wait for PostgreSQL and say so, and do without Redis. */
const root = resolve(import.meta.dirname, '../..')

type Cable = Awaited<ReturnType<typeof startTcpProxy>>
let stores: OwnStores
let model: StandIn
let llmProxy: Running
let cables: Record<'agent' | 'auth' | 'redis', Cable>
let workspace: Awaited<ReturnType<typeof workspaceSettings>>

beforeAll(async () => {
  stores = await startOwnStores()
  const cable = async (url: string) => startTcpProxy(new URL(url))
  cables = {
    agent: await cable(await stores.databaseUrl('agent')),
    auth: await cable(await stores.databaseUrl('auth')),
    redis: await cable(stores.redisUrl),
  }
  model = await startStandIn(openaiDialect(['codelab-demo'], 'codelab'), { script: demoScript })
  const { agent, auth, redis } = cables
  workspace = await workspaceSettings(
    { agentUrl: agent.url, authUrl: auth.url, redisUrl: redis.url },
    model.url,
  )
  llmProxy = await workspace.startLlmProxy('http://127.0.0.1:1')
}, 60_000)
afterAll(async () => {
  await llmProxy.stop()
  await model.close()
  await Promise.all(Object.values(cables).map((cable) => cable.close()))
  await stores.stop()
}, 30_000)

/** Runs a service as a container would, on ports known beforehand. */
async function run(service: 'agent' | 'auth' | 'gateway', settings: Record<string, string>) {
  const [port, adminPort] = await freePorts(2)
  const child = spawn(process.execPath, [`services/${service}/src/main.ts`], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      ...settings,
      [`${service.toUpperCase()}_PORT`]: String(port),
      ADMIN_PORT: String(adminPort),
      LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = once(child, 'exit') as Promise<[number | null]>
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const status = (url: string) =>
    fetch(url).then(
      (response) => response.status,
      () => 0,
    )
  return {
    url: `http://127.0.0.1:${port}`,
    says: (text: string) => until(`the ${service} to say ${text}`, () => said.includes(text)),
    said: () => said,
    status: (path: string) => status(`http://127.0.0.1:${port}${path}`),
    ready: () => status(`http://127.0.0.1:${adminPort}/readyz`),
    async stop() {
      child.kill('SIGTERM')
      return (await exited)[0]
    },
  }
}
const settingsOf = {
  auth: () => workspace.env.auth,
  agent: () => workspace.env.agent(llmProxy.url),
  gateway: (agent = 'http://127.0.0.1:1') =>
    workspace.env.gateway({ auth: 'http://127.0.0.1:1', llmProxy: llmProxy.url, agent }, false),
}
const openPath = { agent: '/health', auth: '/.well-known/jwks.json' } as const

describe.each(['agent', 'auth'] as const)('%s', (service) => {
  test('waits for PostgreSQL, says so, and serves once it is there', async () => {
    cables[service].cut()
    const process = await run(service, settingsOf[service]())
    await process.says('waiting for the database')
    expect(await process.status(openPath[service])).toBe(0)
    expect(await process.ready()).not.toBe(200)
    cables[service].mend()
    await until('it to serve', async () => (await process.status(openPath[service])) === 200)
    expect(await process.ready()).toBe(200)
    expect(process.said()).toContain('the database answers')
    expect(await process.stop()).toBe(0)
  }, 60_000)

  test('ends at once when it is told to while it waits', async () => {
    cables[service].cut()
    const process = await run(service, settingsOf[service]())
    await process.says('waiting for the database')
    expect(await process.stop()).toBe(0)
    cables[service].mend()
  }, 60_000)

  test('starts without Redis, says so, and uses it once it is there', async () => {
    cables.redis.cut()
    const process = await run(service, settingsOf[service]())
    await process.says('redis is away')
    await until('it to serve', () => process.ready().then((status) => status === 200))
    cables.redis.mend()
    await process.says('redis is back')
    // The agent has two connections, and the one that is back first need not be the one that its health asks.
    await until('it to be well', async () => (await process.status(openPath[service])) === 200)
    expect(await process.stop()).toBe(0)
  }, 60_000)
})

test('gateway starts without Redis and without anybody behind it, and health tells what is missing', async () => {
  cables.redis.cut()
  const agent = await run('agent', settingsOf.agent())
  const gateway = await run('gateway', settingsOf.gateway(agent.url))
  await until('the gateway to be ready', async () => (await gateway.ready()) === 200)
  const health = async () => {
    const { status, body } = await restClient(gateway.url)('get', '/health')
    return [status, (body as { checks: object }).checks]
  }
  await until('the agent to answer', async () => (await agent.status('/health')) !== 0)
  const all = { gateway: true, agent_runtime: true, llm_proxy: true, postgres: true }
  expect(await health()).toEqual([503, { ...all, redis: false }])
  cables.redis.mend()
  await gateway.says('redis is back')
  await agent.says('redis is back')
  await until('all to be well', async () => (await health())[0] === 200)
  expect(await agent.stop()).toBe(0)
  expect(await health()).toEqual([
    503,
    { gateway: true, agent_runtime: false, llm_proxy: false, postgres: false, redis: true },
  ])
  expect(await gateway.stop()).toBe(0)
}, 60_000)
