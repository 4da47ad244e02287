import { join } from 'node:path'
import { mkdir } from 'node:fs/promises'
import { withOperations } from '@codelab/auth/admin/open-operations'
import { AdminConfig } from '@codelab/auth/admin/settings'
import { readSettings } from '@codelab/runtime/settings'
import { freePorts } from '@codelab/standalone/stores/free-port'
import { signIn } from '../../support/socket.ts'
import { workspaceSettings } from '../../support/service-set.ts'
import { startLink, type Link } from './link.ts'
import { services, startMember, type Member, type ServiceName } from './member.ts'
import { startStores, type FleetStores } from './stores.ts'

/** A link between two parts, as its client sees it. */
export const linkNames = [
  'client-gateway',
  'gateway-agent',
  'agent-llm-proxy',
  'auth',
  'redis',
  'postgres',
] as const
export type LinkName = (typeof linkNames)[number]

/** A whole workspace in processes of its own, every connection between them over a link that can be cut. */
export type Fleet = {
  /** Where clients connect: the workspace's public address. */
  readonly gateway: string
  readonly links: Readonly<Record<LinkName, Link>>
  readonly stores: FleetStores
  /** Those that have not been stopped. */
  members(service?: ServiceName): readonly Member[]
  /** One more member; resolves when it is ready. */
  add(service: ServiceName, env?: Record<string, string>): Promise<Member>
  /** As a rolling update does: another member first, then SIGTERM. Resolves with the old one's exit code. */
  replace(member: Member): Promise<number | null>
  addPerson(name: string): Promise<{ token: string }>
  /** What ended without a test's doing, oldest first. */
  crashes(): readonly string[]
  stop(): Promise<void>
}

type Wanted = {
  /** Empty; data and the members' logs go there. */
  readonly folder: string
  /** OpenAI's wire format below `/v1`. */
  readonly modelUrl: string
  readonly counts?: Partial<Record<ServiceName, number>>
  /** Settings over the usual ones. */
  readonly env?: Partial<Record<ServiceName, Record<string, string>>>
}

const usualCounts: Record<ServiceName, number> = {
  auth: 1,
  'llm-proxy': 2,
  'agent-api': 2,
  'agent-worker': 2,
  gateway: 2,
}

const serversOf: Record<Exclude<LinkName, 'redis' | 'postgres'>, ServiceName> = {
  'client-gateway': 'gateway',
  'gateway-agent': 'agent-api',
  'agent-llm-proxy': 'llm-proxy',
  auth: 'auth',
}

/** The same address over a link. */
const over = (link: Link, address: string): string => {
  const url = new URL(address)
  url.port = String(link.port)
  return url.href
}

/** Starts a workspace; everything ends with `stop`, and also when this process is killed. */
export async function startFleet({ folder, modelUrl, counts, env = {} }: Wanted): Promise<Fleet> {
  const logs = join(folder, 'logs')
  await mkdir(logs, { recursive: true })
  const stores = await startStores(folder)
  const all: Member[] = []
  const crashes: string[] = []
  const started: Record<string, number> = {}

  const portsOf = (service: ServiceName) => () =>
    all.filter((member) => member.service === service && member.isReady()).map(({ port }) => port)
  const toStore = (address: string) => {
    const port = Number(new URL(address).port)
    return startLink({ upstreams: () => [port] })
  }
  const redis = await toStore(stores.urls.redisUrl)
  const postgres = await toStore(stores.urls.agentUrl)
  const workspace = await workspaceSettings(
    {
      agentUrl: over(postgres, stores.urls.agentUrl),
      authUrl: over(postgres, stores.urls.authUrl),
      redisUrl: over(redis, stores.urls.redisUrl),
    },
    modelUrl,
  )
  const toService = (name: keyof typeof serversOf, port = 0) =>
    startLink({ port, upstreams: portsOf(serversOf[name]) })
  const issuer = workspace.env.auth['ISSUER']!
  const links: Record<LinkName, Link> = {
    'client-gateway': await toService('client-gateway', Number(new URL(issuer).port)),
    'gateway-agent': await toService('gateway-agent'),
    'agent-llm-proxy': await toService('agent-llm-proxy'),
    auth: await toService('auth'),
    redis,
    postgres,
  }

  const agent = workspace.env.agent(links['agent-llm-proxy'].url)
  const settings: Record<ServiceName, Record<string, string>> = {
    auth: workspace.env.auth,
    'llm-proxy': workspace.env.llmProxy(links.auth.url),
    'agent-api': { ...agent, AGENT_ROLES: 'api' },
    'agent-worker': { ...agent, AGENT_ROLES: 'worker' },
    gateway: workspace.env.gateway(
      {
        auth: links.auth.url,
        llmProxy: links['agent-llm-proxy'].url,
        agent: links['gateway-agent'].url,
      },
      false,
    ),
  }
  const portNames: Record<ServiceName, string> = {
    auth: 'AUTH_PORT',
    'llm-proxy': 'LLM_PROXY_PORT',
    'agent-api': 'AGENT_PORT',
    'agent-worker': 'AGENT_PORT',
    gateway: 'GATEWAY_PORT',
  }

  const begin = async (service: ServiceName, more?: Record<string, string>): Promise<Member> => {
    const [port, adminPort] = (await freePorts(2)) as [number, number]
    const number = (started[service] ?? 0) + 1
    started[service] = number
    const member = startMember({
      service,
      name: `${service}-${number}`,
      port,
      adminPort,
      folder: logs,
      env: {
        ...settings[service],
        LOG_LEVEL: 'warn',
        ...env[service],
        ...more,
        [portNames[service]]: String(port),
        ADMIN_PORT: String(adminPort),
      },
      onCrash: (what) => void crashes.push(what),
    })
    all.push(member)
    return member
  }
  const forget = (member: Member) => void all.splice(all.indexOf(member), 1)
  const add: Fleet['add'] = async (service, more) => {
    const member = await begin(service, more)
    await member.ready()
    return member
  }

  const fleet: Fleet = {
    gateway: links['client-gateway'].url,
    links,
    stores,
    members: (service) => all.filter((member) => !service || member.service === service),
    add,
    async replace(member) {
      await add(member.service)
      const code = await member.stop()
      forget(member)
      return code
    },
    async addPerson(name) {
      const password = `a long password of ${name}'s own`
      const admin = readSettings(AdminConfig, { DATABASE_URL: stores.urls.authUrl })
      await withOperations(admin, (users) => users.addUser({ name, password }))
      return { token: (await signIn(fleet.gateway, name, password)).access_token }
    },
    crashes: () => crashes,
    async stop() {
      for (const service of services.toReversed()) {
        const members = all.filter((member) => member.service === service)
        await Promise.all(members.map((member) => member.stop()))
      }
      await Promise.all(Object.values(links).map((link) => link.close()))
      await stores.stop()
    },
  }
  try {
    for (const service of services) {
      const count = counts?.[service] ?? usualCounts[service]
      for (let at = 0; at < count; at += 1) await begin(service)
    }
    await Promise.all(all.map((member) => member.ready()))
    return fleet
  } catch (error) {
    await fleet.stop()
    throw error
  }
}
