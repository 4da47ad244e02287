import type { Peer } from '@codelab/operator/workspace/settings'
import { networkPoliciesFor } from '@codelab/operator/workspace/children/network-policies'
import { peersOf, placeOf } from '@codelab/operator/workspace/children/network-peers'
import { nothingObserved, type Observed } from '@codelab/operator/workspace/observed'
import {
  openai,
  settings,
  type SpecInput,
  workspaceWith,
} from '../../../../support/operator/workspaces.ts'

type Rule = { from?: Peer[]; to?: Peer[]; ports: { port: number; protocol: string }[] }
type Policy = { podSelector: { matchLabels: object }; ingress?: Rule[]; egress?: Rule[] }

const policiesOf = (
  spec: Partial<SpecInput> = {},
  observed: Observed = nothingObserved,
  given = settings,
) =>
  Object.fromEntries(
    networkPoliciesFor(workspaceWith(spec), observed, given)!.map(({ metadata, ...child }) => [
      metadata.name.slice('acme-'.length),
      child['spec'] as Policy,
    ]),
  )

const componentOf = ({ podSelector }: Peer) =>
  podSelector?.matchLabels?.['app.kubernetes.io/component']

/** `from>to:port` for each arrow inside the workspace, seen from one of its ends. */
const arrowsSeen = (policies: Record<string, Policy>, side: 'ingress' | 'egress') =>
  Object.entries(policies)
    .flatMap(([part, policy]) =>
      (policy[side] ?? []).flatMap(({ from, to, ports }) =>
        (from ?? to ?? []).flatMap((peer) => {
          const other = componentOf(peer)
          if (!other) return []
          const [source, target] = side === 'ingress' ? [other, part] : [part, other]
          return ports.map(({ port }) => `${source}>${target}:${port}`)
        }),
      ),
    )
    .toSorted()

test('the arrows inside a workspace are those of the picture, the same from both ends', () => {
  const policies = policiesOf()
  expect(arrowsSeen(policies, 'egress')).toEqual([
    'agent>llm-proxy:8002',
    'agent>postgres:5432',
    'agent>redis:6379',
    'auth>postgres:5432',
    'auth>redis:6379',
    'gateway>agent:8001',
    'gateway>auth:8003',
    'gateway>llm-proxy:8002',
    'gateway>redis:6379',
    'llm-proxy>auth:8003',
    'migration>postgres:5432',
    'worker>llm-proxy:8002',
    'worker>postgres:5432',
    'worker>redis:6379',
  ])
  expect(arrowsSeen(policies, 'ingress')).toEqual(arrowsSeen(policies, 'egress'))
})

test('everything of the workspace is closed first, in both directions', () => {
  const denied = policiesOf()['deny-all']!
  expect(denied).toEqual({
    policyTypes: ['Ingress', 'Egress'],
    podSelector: {
      matchLabels: { 'app.kubernetes.io/name': 'codelab', 'app.kubernetes.io/instance': 'acme' },
    },
  })
})

test('stores call nobody, and only the gateway is open to the outside', () => {
  const policies = policiesOf()
  expect(policies['postgres']!.egress).toEqual([])
  expect(policies['redis']!.egress).toEqual([])
  const open = Object.entries(policies).filter(([, { ingress = [] }]) =>
    ingress.some(({ from }) => from === undefined),
  )
  expect(open.map(([part]) => part)).toEqual(['gateway'])
  const from = [{ namespaceSelector: { matchLabels: { name: 'ingress-nginx' } } }]
  const given = { ...settings, network: { ...settings.network, gatewayFrom: from } }
  expect(policiesOf({}, nothingObserved, given)['gateway']!.ingress![0]).toEqual({
    from,
    ports: [{ port: 8000, protocol: 'TCP' }],
  })
})

test('monitoring reads the admin ports of our processes, and of nothing else', () => {
  const { monitoringFrom } = settings.network
  const seen = Object.entries(policiesOf()).flatMap(([part, { ingress = [] }]) =>
    ingress
      .filter(({ from }) => JSON.stringify(from) === JSON.stringify(monitoringFrom))
      .map(({ ports }) => `${part}:${ports[0]!.port}`),
  )
  expect(seen).toEqual(['gateway:9000', 'agent:9001', 'worker:9001', 'llm-proxy:9002', 'auth:9003'])
})

const egressTo = (policy: Policy, port: number) =>
  policy.egress!.filter(({ ports }) => ports.some((each) => each.port === port))

test('only llm-proxy reaches the world, at port 443, without private and metadata ranges', () => {
  const policies = policiesOf()
  const reaching = Object.entries(policies).filter(([, { egress = [] }]) =>
    egress.some(({ to }) => to?.some(({ ipBlock }) => ipBlock)),
  )
  expect(reaching.map(([part]) => part)).toEqual(['llm-proxy'])
  const [rule] = egressTo(policies['llm-proxy']!, 443)
  const [ipv4, ipv6] = rule!.to!.map(({ ipBlock }) => ipBlock!)
  expect(ipv4).toMatchObject({ cidr: '0.0.0.0/0' })
  expect(ipv4!.except).toEqual(
    expect.arrayContaining(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16']),
  )
  expect(ipv6!.except).toEqual(expect.arrayContaining(['fc00::/7', 'fe80::/10']))
})

const ollama = (baseURL: string): Partial<SpecInput> => ({
  models: { providers: [{ name: 'own', type: 'ollama', baseURL }] },
})

test('a server of the cluster is reached by namespace and port, one with an address by that alone', () => {
  const inCluster = policiesOf(ollama('http://ollama.models.svc:11434'))['llm-proxy']!
  expect(egressTo(inCluster, 11434)[0]!.to).toEqual([
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'models' } } },
  ])
  expect(egressTo(inCluster, 443)).toEqual([])
  const byAddress = policiesOf(ollama('http://192.168.1.20:8080/v1'))['llm-proxy']!
  expect(egressTo(byAddress, 8080)[0]!.to).toEqual([{ ipBlock: { cidr: '192.168.1.20/32' } }])
})

test('models in a private network are reached in the ranges that the operator allows', () => {
  const given = { ...settings, network: { ...settings.network, modelRanges: ['10.9.0.0/16'] } }
  const to = egressTo(
    policiesOf(ollama('https://llm.corp.example'), nothingObserved, given)['llm-proxy']!,
    443,
  )[0]!.to!
  expect(to.at(-1)).toEqual({ ipBlock: { cidr: '10.9.0.0/16' } })
})

const external: Partial<SpecInput> = {
  postgres: { external: { secretRef: { name: 'db' } } },
  redis: { external: { secretRef: { name: 'cache' } } },
}

test.each([
  [
    'db.data.svc',
    [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'data' } } }],
  ],
  ['db', [{ podSelector: {} }]],
  ['10.1.2.3', [{ ipBlock: { cidr: '10.1.2.3/32' } }]],
  ['db.data', undefined],
  ['db.cloud.example.com', undefined],
])('an external database at %s is opened at its port to those who need it', (host, to) => {
  const policies = policiesOf(external, {
    ...nothingObserved,
    stores: { postgres: { host, port: 6432 } },
  })
  const users = Object.keys(policies).filter((part) => {
    const rules = policies[part]!.egress ?? []
    return rules.some(({ ports }) => ports[0]!.port === 6432)
  })
  expect(users).toEqual(['agent', 'worker', 'auth', 'migration'])
  expect(egressTo(policies['auth']!, 6432)[0]!.to).toEqual(to)
  expect(policies).not.toHaveProperty('postgres')
})

test('names are resolved and spans are sent by all that call', () => {
  const given = { ...settings, otlpEndpoint: 'http://otel.observability.svc:4318' }
  const policies = policiesOf({ models: { providers: [openai] } }, nothingObserved, given)
  for (const part of ['gateway', 'agent', 'worker', 'llm-proxy', 'auth', 'migration']) {
    expect(egressTo(policies[part]!, 53)).toHaveLength(1)
    expect(egressTo(policies[part]!, 4318)[0]!.to).toEqual(peersOf('otel.observability.svc'))
  }
})

test('host and port of an address', () => {
  expect(placeOf('https://api.example.com/v1')).toEqual({ host: 'api.example.com', port: 443 })
  expect(placeOf('http://[fd00::1]:8080')).toEqual({ host: '[fd00::1]', port: 8080 })
  expect(peersOf('[fd00::1]')).toEqual([{ ipBlock: { cidr: 'fd00::1/128' } }])
})
