import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { audienceOf } from '@codelab/contracts/auth'
import { freePorts } from '@codelab/standalone/stores/free-port'
import { workspaceSettings } from '../../support/service-set.ts'
import { createSigner, serveKeys } from '../../support/signing.ts'
import { answer, startStandInLlmProxy } from '../../support/stand-in-llm-proxy.ts'
import { startLink } from '../fleet/link.ts'
import { startMember, type Member } from '../fleet/member.ts'
import { startStores } from '../fleet/stores.ts'

export type Front = Awaited<ReturnType<typeof startFront>>

/** Real gateways and a real agent with their stores, each a process of its own; tokens are signed here. Clients come over a link. */
export async function startFront(folder: string) {
  const logs = join(folder, 'logs')
  await mkdir(logs, { recursive: true })
  const opened = new AsyncDisposableStack()
  const stores = await startStores(folder)
  opened.defer(() => stores.stop())
  const workspace = await workspaceSettings(stores.urls, 'http://127.0.0.1:9')
  const signer = await createSigner({
    issuer: workspace.env.auth['ISSUER']!,
    audience: audienceOf('local/dev'),
  })
  const keys = await serveKeys(signer.jwks)
  opened.defer(() => keys.close())
  const llmProxy = await startStandInLlmProxy(() => answer('unasked'))
  opened.defer(() => llmProxy.close())

  const begin = async (
    service: 'gateway' | 'agent-api',
    name: string,
    env: Record<string, string>,
  ): Promise<Member> => {
    const [port, adminPort] = (await freePorts(2)) as [number, number]
    const portName = service === 'gateway' ? 'GATEWAY_PORT' : 'AGENT_PORT'
    const member = startMember({
      service,
      name,
      port,
      adminPort,
      folder: logs,
      env: { ...env, LOG_LEVEL: 'warn', [portName]: `${port}`, ADMIN_PORT: `${adminPort}` },
      onCrash: (what) => void crashes.push(what),
    })
    opened.defer(async () => void (await member.stop()))
    await member.ready()
    return member
  }
  const crashes: string[] = []
  const agent = await begin('agent-api', 'agent', {
    ...workspace.env.agent(llmProxy.url),
    AGENT_ROLES: 'api',
  })
  const urls = { auth: keys.url, llmProxy: llmProxy.url, agent: agent.url }
  const gateways: Member[] = []
  const addGateway = async () => {
    const gateway = await begin('gateway', `gateway-${gateways.length + 1}`, {
      ...workspace.env.gateway(urls, false),
      // All sockets come from one address here.
      UPGRADES_PER_MINUTE: '1000000',
    })
    gateways.push(gateway)
    return gateway
  }
  await addGateway()
  const link = await startLink({
    upstreams: () => gateways.filter((each) => each.isReady()).map(({ port }) => port),
  })
  opened.defer(() => link.close())
  return {
    url: link.url,
    agent,
    /** The newest one. */
    gateway: () => gateways.at(-1)!,
    addGateway,
    token: (person: string) =>
      signer.token({ sub: person, exp: Math.floor(Date.now() / 1000) + 3_600 }),
    /** Resets every connection of a client; new ones are let in. */
    cutAll() {
      link.away()
      link.mend()
    },
    crashes: () => crashes,
    stop: () => opened.disposeAsync(),
  }
}
