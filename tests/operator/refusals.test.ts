import type { Identity } from '../cluster/harness/access.ts'
import { resources } from '@codelab/operator/kube/resources'
import type { Tenant } from '../support/operator/tenant.ts'
import { until } from '../support/until.ts'
import { suiteTenants } from '../support/operator/tenants.ts'

/** What the API server will not take, and people who make it so. */
const tenant = suiteTenants()

const refused = (t: Tenant, message: RegExp) =>
  t.condition('Ready', (ready) => ready.reason === 'WriteRefused' && message.test(ready.message), {
    withinMs: 5_000,
  })

const healed = (t: Tenant) =>
  t.condition('Ready', ({ status, reason }) => status === 'True' && reason === 'AllReady', {
    withinMs: 60_000,
  })

const core = (t: Tenant, plural: string) => `/api/v1/namespaces/${t.namespace}/${plural}`

/** An operator has the rights of the chart in its namespace, or is somebody else. */
const prepared = async (identity?: Identity) => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1' })
  await t.operator(identity && { kubeconfig: await t.access.kubeconfigFor(identity) })
  t.kubelet()
  return t
}

test('a quota that is used up: the object and the quota are named within 5 s, the rest is there, and room heals', async () => {
  const t = await prepared()
  await t.api.ask('POST', core(t, 'resourcequotas'), {
    body: { metadata: { name: 'tight' }, spec: { hard: { services: '2' } } },
  })
  await until('the quota to count', async () => {
    const quota = await t.api.ask('GET', `${core(t, 'resourcequotas')}/tight`)
    return quota['status']?.hard
  })
  await t.create()
  await refused(t, /Service acme-\S+: .*exceeded quota: tight/)
  expect((await t.children()).has('Deployment/acme-gateway')).toBe(true)
  await t.api.ask('DELETE', `${core(t, 'resourcequotas')}/tight`)
  await healed(t)
}, 90_000)

test('a quota of Secrets: nothing is started without them', async () => {
  const t = await prepared()
  await t.api.ask('POST', core(t, 'resourcequotas'), {
    body: { metadata: { name: 'tight' }, spec: { hard: { secrets: '1' } } },
  })
  await until('the quota to count', async () => {
    const quota = await t.api.ask('GET', `${core(t, 'resourcequotas')}/tight`)
    return quota['status']?.used?.secrets === '1'
  })
  await t.create()
  await refused(t, /Secret acme-\S+: .*exceeded quota: tight/)
  expect((await t.children()).has('Deployment/acme-gateway')).toBe(false)
  await t.api.ask('DELETE', `${core(t, 'resourcequotas')}/tight`)
  await healed(t)
}, 90_000)

test('a policy of the cluster that refuses a Deployment is named, with its words', async () => {
  const t = await prepared()
  const group = '/apis/admissionregistration.k8s.io/v1'
  const name = `no-gateway-${t.namespace}`
  await t.api.ask('POST', `${group}/validatingadmissionpolicies`, {
    body: {
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: ['apps'],
              apiVersions: ['v1'],
              operations: ['CREATE', 'UPDATE'],
              resources: ['deployments'],
            },
          ],
        },
        validations: [
          {
            expression: "object.metadata.name != 'acme-gateway'",
            message: 'no gateways on Fridays',
          },
        ],
      },
    },
  })
  await t.api.ask('POST', `${group}/validatingadmissionpolicybindings`, {
    body: {
      metadata: { name },
      spec: {
        policyName: name,
        validationActions: ['Deny'],
        matchResources: {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': t.namespace } },
        },
      },
    },
  })
  try {
    const trial = { metadata: { name: 'acme-gateway' }, ...tinyDeployment }
    await until('the policy to be in force', () =>
      t.api
        .create(resources.deployments, t.namespace, trial)
        .then(() => t.api.remove(resources.deployments, t.at('acme-gateway')))
        .then(
          () => false,
          () => true,
        ),
    )
    await t.create()
    await refused(t, /Deployment acme-gateway: .*no gateways on Fridays/)
    expect((await t.children()).has('Deployment/acme-agent')).toBe(true)
  } finally {
    await t.api.ask('DELETE', `${group}/validatingadmissionpolicybindings/${name}`)
    await t.api.ask('DELETE', `${group}/validatingadmissionpolicies/${name}`)
  }
  await healed(t)
}, 90_000)

const tinyDeployment = {
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'x' } },
    template: {
      metadata: { labels: { app: 'x' } },
      spec: { containers: [{ name: 'c', image: 'x' }] },
    },
  },
}

test('rights taken away are named, and the workspace heals by itself when they are given back', async () => {
  const t = await prepared()
  await t.create()
  await healed(t)
  const group = `/apis/rbac.authorization.k8s.io/v1/namespaces/${t.namespace}`
  const role = await t.api.ask('GET', `${group}/roles/operator`)
  const reads = role['rules'].map((rule: { verbs: string[]; apiGroups: string[] }) => ({
    ...rule,
    // It may still say what is wrong.
    verbs:
      rule.apiGroups[0] === 'apps' ? rule.verbs.filter((verb) => verb !== 'patch') : rule.verbs,
  }))
  const set = (rules: unknown) =>
    t.api.ask('PATCH', `${group}/roles/operator`, {
      body: { rules },
      type: 'application/merge-patch+json',
    })
  await set(reads)
  await until('the right to be gone', async () => {
    const review = await t.access
      .kubectl([
        'auth',
        'can-i',
        'patch',
        'deployments',
        `--namespace=${t.namespace}`,
        `--as=${t.user}`,
      ])
      .catch((error: unknown) => String(error))
    return review.includes('no')
  })
  await t.change({ gateway: { replicas: 3 } })
  await refused(t, /Deployment acme-gateway: .*forbidden/)
  await set(role['rules'])
  await healed(t)
}, 90_000)

test('a namespace that is being deleted takes its workspace with it, where the operator’s rights are not in it', async () => {
  const everywhere = { user: 'operator-everywhere', groups: ['system:masters'] }
  const t = await prepared(everywhere)
  await t.create({ deletionPolicy: 'Delete' })
  await healed(t)
  await t.api.ask('DELETE', `/api/v1/namespaces/${t.namespace}`)
  await until('the workspace to be gone', async () => (await t.workspace()) === undefined, 60_000)
}, 120_000)

test('events tell what changed, once for each, and count what is repeated', async () => {
  const t = await prepared()
  await t.create()
  await healed(t)
  const events = () => t.api.list(resources.events, t.namespace)
  const about = async (reason: string) =>
    (await events()).filter((event) => event['reason'] === reason)
  await until('the event of its readiness', async () => (await about('AllReady')).length === 1)
  for (const count of [1, 2]) {
    await t.api.remove(resources.secrets, t.at('openai'))
    await t.reason('Ready', 'SecretMissing')
    await until('the event', async () => {
      const [event, ...more] = await about('SecretMissing')
      return event && more.length === 0 && (event['series']?.count ?? 1) === count
    })
    await t.secret('openai', { apiKey: 'sk-1' })
    await healed(t)
  }
  const [event] = await about('SecretMissing')
  expect(event).toMatchObject({
    type: 'Warning',
    note: expect.stringContaining('there is no Secret openai'),
    regarding: { kind: 'CodeLabWorkspace', name: 'acme' },
    reportingController: 'codelab.dev/operator',
  })
  const described = await t.access.kubectl([
    'describe',
    'clw',
    'acme',
    `--namespace=${t.namespace}`,
  ])
  expect(described).toMatch(/Warning\s+SecretMissing/)
}, 120_000)
