import type { V1Deployment, V1EnvVar } from '@kubernetes/client-node'
import { Config, workspaceSettings } from '@codelab/operator/config'
import { defaultSettings } from '@codelab/operator/workspace/settings'
import { readSettings } from '@codelab/runtime/settings'
import { programPath } from '../cluster/harness/programs.ts'
import { type Rendered, render, the } from './support/helm.ts'
import { everything, valueFiles } from './support/value-files.ts'

// It is built at its first use.
beforeAll(() => programPath('helm'), 900_000)

const deploymentIn = (objects: readonly Rendered[]) =>
  the(objects, 'Deployment') as unknown as V1Deployment
const podIn = (objects: readonly Rendered[]) => deploymentIn(objects).spec!.template
const containerIn = (objects: readonly Rendered[]) => podIn(objects).spec!.containers[0]!

/** What the kubelet would set. */
const valueOf = ({ name, value, valueFrom }: V1EnvVar): [string, string] => [
  name,
  value ?? `the pod’s ${valueFrom!.fieldRef!.fieldPath}`,
]

/** The environment of the operator's process, read as it reads it. */
const configIn = (objects: readonly Rendered[]) =>
  readSettings(Config, Object.fromEntries(containerIn(objects).env!.map(valueOf)))

const fromValues = (values: unknown) => render('codelab-operator', { values })

test('without values, workspaces get what the operator’s own defaults say', async () => {
  const config = configIn(await render('codelab-operator'))
  expect(workspaceSettings(config)).toEqual({
    ...defaultSettings('0.1.0', 'localhost/codelab'),
    otlpEndpoint: undefined,
  })
  expect(config).toMatchObject({
    OPERATOR_NAMESPACE: 'the pod’s metadata.namespace',
    POD_NAME: 'the pod’s metadata.name',
    LEASE_NAME: 'codelab-operator',
    WATCH_NAMESPACES: [],
    WORKERS: 16,
    ADMIN_PORT: 9004,
    LOG_LEVEL: 'info',
  })
})

test('every value reaches the operator', async () => {
  const config = configIn(await render('codelab-operator', { files: everything }))
  expect(config).toMatchObject({
    LEASE_NAME: 'ops',
    LOG_LEVEL: 'debug',
    WORKERS: 64,
    ADMIN_PORT: 9104,
  })
  expect(workspaceSettings(config)).toEqual({
    version: '0.1.9',
    image: {
      repository: 'mirror.example.com/tenants/codelab',
      pullPolicy: 'Always',
      pullSecrets: ['registry', 'mirror'],
    },
    storeImages: {
      postgres: 'mirror.example.com/postgres:18',
      redis: 'mirror.example.com/valkey:9',
    },
    logLevel: 'debug',
    otlpEndpoint: 'http://otel-collector.monitoring.svc:4318',
    network: {
      gatewayFrom: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } },
          podSelector: { matchLabels: { 'app.kubernetes.io/component': 'controller' } },
        },
        { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } },
      ],
      monitoringFrom: [],
      dnsTo: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
          podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
        },
      ],
      modelRanges: ['10.20.0.0/16', 'fd00::/8'],
    },
  })
})

test('every variable is one that the operator reads, and it reads no other', async () => {
  const objects = await render('codelab-operator', { files: everything })
  expect(
    containerIn(objects)
      .env!.map(({ name }) => name)
      .toSorted(),
  ).toEqual(Object.keys(Config.shape).toSorted())
})

test('the namespaces to watch arrive once each, in the order that the roles have', async () => {
  const objects = await render('codelab-operator', { files: valueFiles['some-namespaces']! })
  expect(configIn(objects).WATCH_NAMESPACES).toEqual(['team-a', 'team-b'])
})

const digest = `sha256:${'a'.repeat(64)}`

/** The operator's image; the workspaces' without a tag, and their version. */
const usual = ['localhost/codelab:0.1.0', 'localhost/codelab', '0.1.0'] as const

test.each([
  ['nothing', {}, usual],
  [
    'a registry',
    { image: { registry: 'r.example.com' } },
    ['r.example.com/codelab:0.1.0', 'r.example.com/codelab', '0.1.0'],
  ],
  ['no registry', { image: { registry: '' } }, ['codelab:0.1.0', 'codelab', '0.1.0']],
  ['a tag', { image: { tag: '0.2.0' } }, ['localhost/codelab:0.2.0', 'localhost/codelab', '0.2.0']],
  [
    'a digest, which is the operator’s alone',
    { image: { digest } },
    [`${usual[0]}@${digest}`, usual[1], usual[2]],
  ],
  [
    'another version for workspaces',
    { workspaces: { version: '0.0.9' } },
    [usual[0], usual[1], '0.0.9'],
  ],
] as const)('with %s the images are these', async (_what, values, images) => {
  const objects = await fromValues(values)
  const { WORKSPACE_IMAGE: repository, WORKSPACE_VERSION: version } = configIn(objects)
  expect([containerIn(objects).image, repository, version]).toEqual(images)
})

test('a changed setting is another pod; the same values are the same pod', async () => {
  const pod = JSON.stringify(podIn(await fromValues({})))
  expect(JSON.stringify(podIn(await fromValues({})))).toBe(pod)
  const changes = [
    { logLevel: 'debug' },
    { workspaces: { network: { modelRanges: ['10.0.0.0/8'] } } },
    { watch: { namespaces: ['team-a'] } },
  ]
  for (const values of changes)
    expect(JSON.stringify(podIn(await fromValues(values)))).not.toBe(pod)
})

test('a new pod takes the lease over from the old one, which is there until then', async () => {
  expect(deploymentIn(await fromValues({})).spec!.strategy).toEqual({
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
  })
})

test('labels of a person are added, and cannot take a pod out of its Deployment', async () => {
  const objects = await render('codelab-operator', { files: everything })
  const { spec } = deploymentIn(objects)
  expect(spec!.template.metadata!.labels).toMatchObject({
    ...spec!.selector.matchLabels,
    'example.com/cost-centre': '42',
  })
})

const kindsWith = async (values: unknown) =>
  (await fromValues(values)).map(({ kind }) => kind).toSorted()

test.each([
  ['PodDisruptionBudget', { replicas: 2 }],
  ['ServiceMonitor', { serviceMonitor: { enabled: true } }],
  ['PrometheusRule', { prometheusRule: { enabled: true } }],
  ['ConfigMap', { dashboard: { enabled: true } }],
  ['NetworkPolicy', { networkPolicy: { enabled: true } }],
])('there is a %s only when it is asked for', async (kind, values) => {
  const plain = await kindsWith({})
  expect(plain).not.toContain(kind)
  expect(await kindsWith(values)).toEqual([...plain, kind].toSorted())
})

test.each([
  ['no Service', { service: { enabled: false } }, ['Service']],
  ['no definition', { crds: { enabled: false } }, ['CustomResourceDefinition']],
  ['a foreign account', { serviceAccount: { create: false, name: 'a' } }, ['ServiceAccount']],
  [
    'no roles for people',
    { rbac: { aggregate: false } },
    ['ClusterRole', 'ClusterRole', 'ClusterRole'],
  ],
  [
    'foreign roles',
    { rbac: { create: false } },
    ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
  ],
])('%s is made when that is said', async (_what, values, gone) => {
  const plain = await kindsWith({})
  expect([...(await kindsWith(values)), ...gone].toSorted()).toEqual(plain)
})
