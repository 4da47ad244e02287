import type { Workspace } from '@codelab/contracts/workspace'
import { type Build, type Child, metadataOf } from '../child.ts'
import { selectorOf } from '../labels.ts'
import type { Observed, StoreAddress } from '../observed.ts'
import { processes, processNames } from '../processes.ts'
import type { Peer, Settings } from '../settings.ts'
import { migrationComponent } from './migration.ts'
import {
  type EgressRule,
  type IngressRule,
  peersOf,
  placeOf,
  type Port,
  tcp,
  world,
} from './network-peers.ts'

const { gateway, agent, auth } = processes
const llmProxy = processes['llm-proxy']

/** Who calls whom inside a workspace: the arrows of the picture. */
const arrows: readonly { from: string; to: string; port: number }[] = [
  { from: 'gateway', to: 'agent', port: agent.port! },
  { from: 'gateway', to: 'llm-proxy', port: llmProxy.port! },
  { from: 'gateway', to: 'auth', port: auth.port! },
  { from: 'agent', to: 'llm-proxy', port: llmProxy.port! },
  { from: 'worker', to: 'llm-proxy', port: llmProxy.port! },
  { from: 'llm-proxy', to: 'auth', port: auth.port! },
  ...['agent', 'worker', 'auth', migrationComponent].map((from) => ({
    from,
    to: 'postgres',
    port: 5432,
  })),
  ...['gateway', 'agent', 'worker', 'auth'].map((from) => ({ from, to: 'redis', port: 6379 })),
]

type Context = {
  readonly workspace: Workspace
  readonly observed: Observed
  readonly settings: Settings
}

const pods = ({ workspace }: Context, component: string): Peer => ({
  podSelector: { matchLabels: selectorOf(workspace, component) },
})

const isManaged = ({ workspace: { spec } }: Context, part: string): boolean =>
  part === 'postgres' || part === 'redis' ? spec[part].managed !== undefined : true

/** An external store: a name that is not surely in the cluster may be anywhere, so only its port is fixed. */
const toStore = ({ host, port }: StoreAddress): EgressRule => {
  const peers = host.includes('.') ? peersOf(host) : [{ podSelector: {} }]
  return { ...(peers && { to: peers }), ports: [tcp(port)] }
}

/** Vendors at their public addresses, servers of the cluster by namespace and port, others by address or in the ranges of the settings. */
function toModels({ workspace, settings }: Context): EgressRule[] {
  const ranges = settings.network.modelRanges.map((cidr) => ({ ipBlock: { cidr } }))
  return workspace.spec.models.providers.map(({ baseURL }) => {
    if (!baseURL) return { to: world, ports: [tcp(443)] }
    const { host, port } = placeOf(baseURL)
    return { to: peersOf(host) ?? [...world, ...ranges], ports: [tcp(port)] }
  })
}

const toSpans = ({ settings }: Context): EgressRule[] => {
  if (!settings.otlpEndpoint) return []
  const { host, port } = placeOf(settings.otlpEndpoint)
  const peers = peersOf(host)
  return [{ ...(peers && { to: peers }), ports: [tcp(port)] }]
}

const distinct = <Rule>(rules: readonly Rule[]): Rule[] => [
  ...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values(),
]

const isOwnProcess = (component: string) => (processNames as readonly string[]).includes(component)

function ingressOf(context: Context, component: string): IngressRule[] {
  const { gatewayFrom, monitoringFrom } = context.settings.network
  const inside = arrows.filter(({ to }) => to === component)
  const port = inside[0]?.port
  return [
    ...(component === 'gateway'
      ? [{ ...(gatewayFrom.length > 0 && { from: gatewayFrom }), ports: [tcp(gateway.port!)] }]
      : []),
    ...(port === undefined
      ? []
      : [{ from: inside.map(({ from }) => pods(context, from)), ports: [tcp(port)] }]),
    ...(isOwnProcess(component) && monitoringFrom.length > 0
      ? [
          {
            from: monitoringFrom,
            ports: [tcp(processes[component as keyof typeof processes].adminPort)],
          },
        ]
      : []),
  ]
}

const dnsPorts: readonly Port[] = [
  { port: 53, protocol: 'UDP' },
  { port: 53, protocol: 'TCP' },
]

function egressOf(context: Context, component: string): EgressRule[] {
  const { dnsTo } = context.settings.network
  const calls = arrows.filter(({ from }) => from === component)
  if (calls.length === 0) return []
  const external = calls.flatMap(({ to }) => {
    const address = to === 'postgres' || to === 'redis' ? context.observed.stores?.[to] : undefined
    return address && !isManaged(context, to) ? [toStore(address)] : []
  })
  return distinct([
    { ...(dnsTo.length > 0 && { to: dnsTo }), ports: dnsPorts },
    ...calls
      .filter(({ to }) => isManaged(context, to))
      .map(({ to, port }) => ({ to: [pods(context, to)], ports: [tcp(port)] })),
    ...external,
    ...(component === 'llm-proxy' ? toModels(context) : []),
    ...toSpans(context),
  ])
}

const policy = (
  { workspace }: Context,
  component: string,
  spec: Readonly<Record<string, unknown>>,
): Child => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: metadataOf(workspace, `${workspace.metadata.name}-${component}`, component),
  spec: { policyTypes: ['Ingress', 'Egress'], ...spec },
})

/** Nothing may talk to anything, and then one policy per part opens its ends of the arrows. */
export const networkPoliciesFor: Build<Child[]> = (workspace, observed, settings) => {
  const context = { workspace, observed, settings }
  const { 'app.kubernetes.io/component': _, ...all } = selectorOf(workspace, '')
  const stores = (['postgres', 'redis'] as const).filter((part) => isManaged(context, part))
  return [
    policy(context, 'deny-all', { podSelector: { matchLabels: all } }),
    ...[...processNames, migrationComponent, ...stores].map((component) =>
      policy(context, component, {
        podSelector: { matchLabels: selectorOf(workspace, component) },
        ingress: ingressOf(context, component),
        egress: egressOf(context, component),
      }),
    ),
  ]
}
