import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '@codelab/standalone/stores/free-port'
import { startLink } from '../../fault/fleet/link.ts'
import { startMember, type Member, type ServiceName } from '../../fault/fleet/member.ts'

const portNames: Record<ServiceName, string> = {
  auth: 'AUTH',
  'llm-proxy': 'LLM_PROXY',
  'agent-api': 'AGENT',
  'agent-worker': 'AGENT',
  gateway: 'GATEWAY',
}

export type Service = Member & { remove(): Promise<void> }

/** A service as a process of its own, on this machine, ready. */
export async function startService(
  service: ServiceName,
  env: Record<string, string>,
): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'codelab-drain-'))
  const [port, adminPort] = (await freePorts(2)) as [number, number]
  const name = portNames[service]
  const member = startMember({
    service,
    name: service,
    port,
    adminPort,
    folder,
    env: {
      LOG_LEVEL: 'warn',
      ADMIN_HOST: '127.0.0.1',
      [`${name}_HOST`]: '127.0.0.1',
      ...env,
      [`${name}_PORT`]: String(port),
      ADMIN_PORT: String(adminPort),
    },
    onCrash: (what) => console.error(what),
  })
  await member.ready()
  return {
    ...member,
    async remove() {
      await member.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Two of a service behind a link that opens connections to those that are ready, as a cluster's Service does. */
export async function startPair(service: ServiceName, env: Record<string, string>) {
  const [leaver, stayer] = await Promise.all([
    startService(service, env),
    startService(service, env),
  ])
  const link = await startLink({
    upstreams: () => [leaver, stayer].filter((each) => each.isReady()).map(({ port }) => port),
  })
  return {
    leaver,
    stayer,
    url: link.url,
    async remove() {
      await link.close()
      await Promise.all([leaver.remove(), stayer.remove()])
    },
  }
}
