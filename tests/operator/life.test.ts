import { type Resource, resources } from '@codelab/operator/kube/resources'
import { allWell } from '../support/operator/stand-in-kubelet.ts'
import { conditionOf, type Tenant } from '../support/operator/tenant.ts'
import { until } from '../support/until.ts'
import { suiteTenants } from '../support/operator/tenants.ts'

/** Versions, rest and size: what pods there are, and of which image. */
const tenant = suiteTenants()

const { deployments, jobs, pods, statefulSets, autoscalers } = resources
const processes = ['gateway', 'agent', 'worker', 'llm-proxy', 'auth'].map((part) => `acme-${part}`)

async function images(t: Tenant): Promise<Set<string>> {
  const all = await Promise.all(processes.map((name) => t.get(deployments, name)))
  return new Set(
    all.map((object) => object!['spec'].template.spec.containers[0].image.split(':')[1] as string),
  )
}
const ready = (t: Tenant) =>
  t.condition('Ready', ({ status, reason }) => status === 'True' && reason === 'AllReady', {
    withinMs: 60_000,
  })
const replicas = async (t: Tenant, kind: Resource, name: string): Promise<number> =>
  (await t.get(kind, name))!['spec'].replicas as number

test('the first version waits for nothing; another one keeps the old image until its migration is done', async () => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1' })
  await t.operator()
  let migrates = false
  t.kubelet((pod) => (allWell(pod) === 'succeeded' && !migrates ? 'pending' : allWell(pod)))
  await t.create({ version: '1.0.0' })
  await t.settled()
  await t.reason('Migrated', 'Migrating')
  expect(await images(t)).toEqual(new Set(['1.0.0']))
  expect((await t.workspace())!['status'].version).toBeUndefined()
  migrates = true
  await ready(t)
  expect((await t.workspace())!['status'].version).toBe('1.0.0')

  migrates = false
  await t.quiet()
  const from = await t.position()
  await t.change({ version: '2.0.0' })
  await t.settled()
  const job = await until('the new Job alone', async () => {
    const [only, ...more] = await t.api.list(jobs, t.namespace)
    return only?.metadata.name.includes('2-0-0') && more.length === 0 ? only : undefined
  })
  expect(job['spec'].template.spec.containers[0].image).toContain(':2.0.0')
  await t.reason('Migrated', 'Migrating')
  await t.quiet()
  expect(await images(t)).toEqual(new Set(['1.0.0']))
  expect((await t.workspace())!['status'].version).toBe('1.0.0')
  const early = (await t.writes(from)).filter(({ what }) => what.startsWith('deployments/'))
  expect(early).toEqual([])

  migrates = true
  await until('the new image', async () => (await images(t)).has('2.0.0'))
  await ready(t)
  expect(await images(t)).toEqual(new Set(['2.0.0']))
  expect((await t.workspace())!['status']).toMatchObject({ version: '2.0.0', phase: 'Ready' })
}, 120_000)

test('a migration that fails is told with its last words, and the old version goes on', async () => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1' })
  await t.operator()
  let fails = false
  t.kubelet((pod) => (allWell(pod) === 'succeeded' && fails ? 'failed' : allWell(pod)))
  await t.create({ version: '1.0.0' })
  await ready(t)
  fails = true
  await t.change({ version: '2.0.0' })
  const { message } = await t.reason('Migrated', 'MigrationFailed')
  expect(message).toContain('the database refuses the user')
  expect(await images(t)).toEqual(new Set(['1.0.0']))
  fails = false
  await ready(t)
  expect(await images(t)).toEqual(new Set(['2.0.0']))
}, 120_000)

test('suspended: no pod is left, all data is; resumed: as before', async () => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1' })
  await t.operator()
  t.kubelet()
  await t.create({ gateway: { replicas: 2 }, worker: { autoscaling: { maxReplicas: 3 } } })
  await ready(t)
  const data = async () =>
    Promise.all([
      t.api.list(resources.secrets, t.namespace),
      t.get(resources.volumeClaims, 'acme-postgres-data'),
    ])
  const before = JSON.stringify(await data())

  await t.change({ suspended: true })
  await t.reason('Ready', 'Suspended')
  await until('the last pod to go', async () => {
    const left = await t.api.list(pods, t.namespace)
    return (
      left.filter(({ metadata }) => !metadata.labels?.['batch.kubernetes.io/job-name']).length === 0
    )
  })
  const status = (await t.workspace())!['status']
  expect(status.phase).toBe('Suspended')
  expect(status.components.every((each: { desired: number }) => each.desired === 0)).toBe(true)
  for (const kind of ['PodDisruptionBudget', 'HorizontalPodAutoscaler'])
    expect([...(await t.children()).keys()].filter((key) => key.startsWith(kind))).toEqual([])
  expect(JSON.stringify(await data())).toBe(before)
  const from = await t.quiet()
  await t.quiet()
  expect(await t.writes(from)).toEqual([])

  await t.change({ suspended: false })
  await ready(t)
  expect(await replicas(t, deployments, 'acme-gateway')).toBe(2)
  expect(await replicas(t, statefulSets, 'acme-postgres')).toBe(1)
  expect(await t.get(autoscalers, 'acme-worker')).toBeDefined()
}, 120_000)

test('three pods stay three when an autoscaler takes over, its number is left alone, and the spec’s comes back with its end', async () => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1' })
  await t.operator()
  await t.create({ gateway: { replicas: 3 } })
  await t.settled()
  await t.quiet()
  const name = 'acme-gateway'
  const seen = new Set<number>()
  let watches = true
  const watching = (async () => {
    while (watches) seen.add(await replicas(t, deployments, name))
  })()
  await t.change({ gateway: { replicas: null, autoscaling: { minReplicas: 2, maxReplicas: 6 } } })
  await until('the autoscaler', () => t.get(autoscalers, name))
  await t.settled()
  await t.quiet()
  watches = false
  await watching
  expect(seen).toEqual(new Set([3]))

  // What an autoscaler sends.
  await t.api.merge(deployments, t.at(name), { spec: { replicas: 5 } }, '/scale')
  const from = await t.quiet()
  await t.change({ agent: { contextTokens: 4_000 } })
  await t.settled()
  await t.change({ gateway: { resources: { requests: { cpu: '70m' } } } })
  await t.settled()
  await t.quiet()
  expect(await replicas(t, deployments, name)).toBe(5)
  expect((await t.writes(from)).map(({ what }) => what)).toContain(`deployments/${name}`)

  await t.change({ gateway: { autoscaling: null, replicas: 2 } })
  await t.settled()
  await until('two', async () => (await replicas(t, deployments, name)) === 2)
  await until('no autoscaler', async () => !(await t.get(autoscalers, name)))
  await t.quiet()
  // And once more: what was kept the first time does not stand in the way.
  await t.change({ gateway: { replicas: null, autoscaling: { minReplicas: 1, maxReplicas: 6 } } })
  await t.settled()
  await t.quiet()
  expect(await replicas(t, deployments, name)).toBe(2)
}, 90_000)

test('the status speaks of each generation, in the form of KEP-1623', async () => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1' })
  await t.operator()
  t.kubelet()
  await t.create()
  await ready(t)
  const before = (await t.workspace())!
  await t.change({ auth: { passwordGrant: false } })
  await ready(t)
  await t.settled()
  const after = (await t.workspace())!
  for (const { metadata, status } of [before, after]) {
    expect(status.observedGeneration).toBe(metadata.generation)
    expect(status.endpoint).toBe(`http://acme-gateway.${t.namespace}.svc:8000`)
    expect(status.conditions).toHaveLength(9)
    for (const condition of status.conditions)
      expect(condition).toEqual({
        type: expect.stringMatching(/^[A-Z][A-Za-z]+$/),
        status: expect.stringMatching(/^(True|False|Unknown)$/),
        reason: expect.stringMatching(/^[A-Z][A-Za-z]+$/),
        message: expect.stringMatching(/./),
        lastTransitionTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        observedGeneration: metadata.generation,
      })
  }
  const untouched = (type: string) => conditionOf(after, type)!['lastTransitionTime']
  expect(untouched('CredentialsValid')).toBe(
    conditionOf(before, 'CredentialsValid')!['lastTransitionTime'],
  )
}, 90_000)
