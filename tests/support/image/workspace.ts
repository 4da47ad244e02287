import { randomBytes } from 'node:crypto'
import { freePorts } from '@codelab/standalone/stores/free-port'
import { until } from '../until.ts'
import { spawnNode, type Spawned } from './spawned.ts'

type Env = Readonly<Record<string, string>>

/** A program and the role that it runs in. */
type Part = { readonly program: string; readonly env: Env; readonly admin?: number }

type Wanted = {
  readonly databaseUrl: string
  readonly redisUrl: string
  /** What Node is to run for a program. */
  readonly argumentsFor: (program: string) => readonly string[]
  /** Where the processes run. */
  readonly cwd: string
}

export const firstUser = { name: 'dev', password: 'a-long-Enough-1' }

const local = (name: string, port: number): Env => ({
  [`${name}_HOST`]: '127.0.0.1',
  [`${name}_PORT`]: String(port),
})

async function settingsFor({ databaseUrl, redisUrl }: Wanted) {
  const ports = await freePorts(10)
  const [gateway, agent, llmProxy, auth, demo, ...admin] = ports as [
    number,
    number,
    number,
    number,
    number,
  ]
  const url = (port: number) => `http://127.0.0.1:${port}`
  const shared: Env = {
    REDIS_URL: redisUrl,
    DATABASE_URL: databaseUrl,
    ISSUER: url(gateway),
    WORKSPACE: 'local/dev',
    INTERNAL_SERVICE_TOKEN: randomBytes(16).toString('hex'),
    ADMIN_HOST: '127.0.0.1',
    AUTH_URL: url(auth),
    AGENT_URL: url(agent),
    LLM_PROXY_URL: url(llmProxy),
    LOG_LEVEL: 'warn',
  }
  const secrets = {
    KEY_ENCRYPTION_KEY: randomBytes(32).toString('hex'),
    COOKIE_KEYS: randomBytes(32).toString('hex'),
  }
  const part = (program: string, env: Env, index: number): Part => {
    const port = (admin as number[])[index]!
    return { program, admin: port, env: { ...shared, ADMIN_PORT: String(port), ...env } }
  }
  const user = { FIRST_USER_NAME: firstUser.name, FIRST_USER_PASSWORD: firstUser.password }
  return {
    gateway: url(gateway),
    demoUrl: url(demo),
    tasks: [
      { program: 'agent-migrate', env: shared },
      { program: 'auth-migrate', env: { ...shared, ...secrets, ...user } },
    ],
    parts: {
      'demo-model': { program: 'demo-model', env: local('DEMO_MODEL', demo) },
      auth: part('auth', { ...secrets, ...local('AUTH', auth) }, 0),
      'llm-proxy': part(
        'llm-proxy',
        { DEMO_MODEL_URL: `${url(demo)}/v1`, ...local('LLM_PROXY', llmProxy) },
        1,
      ),
      agent: part('agent', { AGENT_ROLES: 'api', ...local('AGENT', agent) }, 2),
      worker: part('agent', { AGENT_ROLES: 'worker', ...local('AGENT', 0) }, 3),
      gateway: part('gateway', local('GATEWAY', gateway), 4),
    } satisfies Record<string, Part>,
  }
}

const isReady = (port: number) =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )

/** A whole workspace as its pods run it, one process each: migrations first, then everything until it says that it is ready. */
export async function startWorkspace(wanted: Wanted) {
  const { tasks, parts, gateway, demoUrl } = await settingsFor(wanted)
  const run = ({ program, env }: Part) =>
    spawnNode(wanted.argumentsFor(program), { cwd: wanted.cwd, env })
  for (const task of tasks) {
    const { whenEnded, said } = run(task)
    const code = await whenEnded
    if (code !== 0) throw new Error(`${task.program} ended with ${code}: ${said()}`)
  }
  const running = new Map<string, Spawned>(
    Object.entries(parts).map(([name, part]) => [name, run(part)]),
  )
  const stop = () => Promise.all([...running.values()].map((process) => process.stop()))
  try {
    for (const [name, { admin }] of Object.entries<Part>(parts)) {
      const { said } = running.get(name)!
      if (admin)
        await until(
          () => `${name} to be ready; it said: ${said()}`,
          () => isReady(admin),
        )
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { gateway, demoUrl, running, stop }
}
