import { sharedControlPlane } from '../cluster/harness/access.ts'
import { resources } from '@codelab/operator/kube/resources'
import { everyKind } from '../support/operator/edits.ts'
import type { Any } from '../support/operator/kube-api.ts'
import { conditionOf, createTenant, type Tenant } from '../support/operator/tenant.ts'
import { until } from '../support/until.ts'
import { suiteTenants } from '../support/operator/tenants.ts'

/** Objects of somebody else under the names of children: told, never touched, and no hindrance once they are gone. */
const tenant = suiteTenants()

const taken = [
  ['ServiceAccount', resources.serviceAccounts, 'acme-workspace'],
  ['NetworkPolicy', resources.networkPolicies, 'acme-deny-all'],
  ['ConfigMap', resources.configMaps, 'acme-providers'],
  ['PersistentVolumeClaim', resources.volumeClaims, 'acme-postgres-data'],
  ['Service', resources.services, 'acme-gateway'],
  ['StatefulSet', resources.statefulSets, 'acme-redis'],
  ['Deployment', resources.deployments, 'acme-agent'],
  ['PodDisruptionBudget', resources.disruptionBudgets, 'acme-gateway'],
  ['HorizontalPodAutoscaler', resources.autoscalers, 'acme-worker'],
  ['Ingress', resources.ingresses, 'acme-gateway'],
] as const

const selector = { matchLabels: { app: 'foreign' } }
const template = {
  metadata: { labels: { app: 'foreign' } },
  spec: { containers: [{ name: 'c', image: 'x' }] },
}
/** The smallest of each kind. */
const specs: Readonly<Record<string, object>> = {
  NetworkPolicy: { podSelector: {} },
  PersistentVolumeClaim: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
  },
  Service: { ports: [{ port: 1 }] },
  StatefulSet: { serviceName: 'x', replicas: 0, selector, template },
  Deployment: { replicas: 0, selector, template },
  PodDisruptionBudget: { maxUnavailable: 1, selector },
  HorizontalPodAutoscaler: {
    maxReplicas: 2,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' },
  },
  Ingress: { defaultBackend: { service: { name: 'x', port: { number: 1 } } } },
}

/** Byte for byte but for what its own controllers say of it. */
const bytes = (object: Any | undefined) => {
  const { status: _, ...rest } = object!
  const { resourceVersion: _version, managedFields: __, ...metadata } = rest.metadata
  return JSON.stringify({ ...rest, metadata })
}
const isTaken = ({ reason }: { reason: string }) => reason === 'NameTaken'

describe('one of each kind', () => {
  let t: Tenant
  const before = new Map<string, string>()
  beforeAll(async () => {
    t = await createTenant(await sharedControlPlane())
    await t.secret('openai', { apiKey: 'sk-1' })
    for (const [kind, resource, name] of taken)
      await t.api.create(resource, t.namespace, {
        metadata: { name },
        ...(specs[kind] && { spec: specs[kind] }),
      })
    for (const [kind, resource, name] of taken)
      before.set(`${kind} ${name}`, bytes(await t.get(resource, name)))
    await t.operator()
    await t.create(everyKind)
  }, 60_000)
  afterAll(() => t?.end())

  test('all are named by the condition within 5 s, and everything else is there', async () => {
    const { message } = await t.condition('Ready', isTaken, { withinMs: 5_000 })
    for (const [kind, , name] of taken) expect(message).toContain(`${kind} ${name}`)
    await until('the others', async () => (await t.children()).has('Deployment/acme-gateway'))
    expect((await t.workspace())!['status'].phase).toBe('Pending')
  })

  test('all stay as they were, and ours take their places when they go', async () => {
    await t.quiet()
    for (const [kind, resource, name] of taken)
      expect(bytes(await t.get(resource, name))).toBe(before.get(`${kind} ${name}`))
    for (const [, resource, name] of taken) {
      await t.api.merge(resource, t.at(name), { metadata: { finalizers: null } })
      await t.api.remove(resource, t.at(name))
    }
    for (const [kind, resource, name] of taken)
      await until(`${kind} ${name} to be ours`, async () => {
        const object = await t.get(resource, name)
        return object?.metadata.labels?.['app.kubernetes.io/managed-by'] === 'codelab-operator'
      })
    await t.condition('Ready', (condition) => !isTaken(condition))
  })
})

test('a foreign Secret in the place of a generated one: nothing is started with it, and it is not changed', async () => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1' })
  const made = await t.secret('acme-postgres', { password: 'theirs' })
  await t.operator()
  await t.create()
  const { message } = await t.condition('Ready', isTaken, { withinMs: 5_000 })
  expect(message).toContain('Secret acme-postgres')
  await t.quiet()
  const kinds = [...(await t.children()).values()].map(({ kind }) => kind)
  expect(kinds).not.toContain('Deployment')
  expect(kinds).not.toContain('StatefulSet')
  expect(await t.get(resources.secrets, 'acme-postgres')).toEqual(made)

  await t.api.remove(resources.secrets, t.at('acme-postgres'))
  await t.condition('Ready', (condition) => !isTaken(condition))
  await until('the pods', async () => (await t.children()).has('StatefulSet/acme-postgres'))
  const ours = await t.get(resources.secrets, 'acme-postgres')
  expect(ours!['data'].password).not.toBe(made['data'].password)
}, 60_000)

test('what belongs to another controller is foreign whatever its labels say', async () => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1' })
  const owner = await t.api.create(resources.configMaps, t.namespace, {
    metadata: { name: 'owner' },
  })
  const labels = {
    'app.kubernetes.io/managed-by': 'codelab-operator',
    'app.kubernetes.io/instance': 'acme',
  }
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', controller: true }
  const foreign = await t.api.create(resources.configMaps, t.namespace, {
    metadata: {
      name: 'acme-providers',
      labels,
      ownerReferences: [{ ...reference, uid: owner.metadata.uid }],
    },
  })
  await t.operator()
  await t.create()
  const { message } = await t.condition('Ready', isTaken, { withinMs: 5_000 })
  expect(message).toContain('ConfigMap acme-providers')
  await t.quiet()
  expect(await t.get(resources.configMaps, 'acme-providers')).toEqual(foreign)
}, 60_000)

test('a volume that lost its labels is nobody’s, so it is left alone until they are back', async () => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1' })
  await t.operator()
  await t.create()
  await t.settled()
  const name = t.at('acme-postgres-data')
  const { uid, labels } = (await t.get(resources.volumeClaims, name.name))!.metadata
  await t.api.merge(resources.volumeClaims, name, { metadata: { labels: null } })
  await t.condition('Ready', isTaken, { withinMs: 5_000 })
  await t.api.merge(resources.volumeClaims, name, { metadata: { labels } })
  await t.condition('Ready', (condition) => !isTaken(condition))
  expect((await t.get(resources.volumeClaims, name.name))!.metadata.uid).toBe(uid)
}, 60_000)

test('two workspaces of one namespace, the name of one the beginning of the other’s, live side by side', async () => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1' })
  await t.operator()
  const names = ['acme', 'acme-gateway', 'acme-gateway-postgres', 'a'.repeat(40)]
  await Promise.all(names.map((name) => t.create(everyKind, name)))
  await Promise.all(names.map((name) => t.settled(name)))
  const from = await t.quiet()
  for (const name of names) {
    const ready = conditionOf(await t.workspace(name), 'Ready')
    expect([name, ready?.reason]).not.toEqual([name, 'NameTaken'])
    expect([name, ready?.reason]).not.toEqual([name, 'WriteRefused'])
    const uid = (await t.workspace(name))!.metadata.uid
    const children = await t.children(name)
    const owners = [...children.values()].map(({ metadata }) => metadata.ownerReferences?.[0]?.uid)
    expect(new Set(owners)).toEqual(new Set([uid, undefined]))
    expect(children.size).toBe((await t.children('acme')).size)
  }
  await t.api.remove(resources.workspaces, t.at('acme'))
  await until(
    'the children of acme to go',
    async () =>
      [...(await t.children()).values()].every(({ metadata }) => !metadata.ownerReferences),
    60_000,
  )
  await t.quiet()
  const touched = (await t.writes(from)).filter(({ what }) => !what.includes('acme-'))
  expect(touched.map(({ what }) => what)).toEqual([])
  for (const name of names.slice(1)) expect((await t.children(name)).size).toBeGreaterThan(30)
}, 180_000)
