import { programPath } from '../cluster/harness/programs.ts'
import { type Api, connectApi } from './support/api.ts'
import { defineResources, restrictedNamespace } from './support/definitions.ts'
import type { Rendered } from './support/helm.ts'
import {
  childrenOfWorkspaces,
  type Judged,
  operatorCharts,
  workspaceCharts,
} from './support/judged.ts'
import { pathsAmong, servedResources } from './support/resources.ts'

type PodTemplate = {
  readonly metadata: { readonly labels: Record<string, string> }
  readonly spec: { readonly serviceAccountName: string }
}

let api: Api
let pathOf: ReturnType<typeof pathsAmong>

beforeAll(async () => {
  // It is built at its first use.
  await programPath('helm')
  api = connectApi()
  await defineResources(api)
  for (const name of ['charts-operator', 'charts-tenants', 'team-a', 'team-b'])
    await restrictedNamespace(api, name)
  pathOf = pathsAmong(await servedResources(api))
}, 900_000)

afterAll(() => api.close())

/** The pod that a workload makes: Pod Security refuses pods, and of the rest it only warns. */
function podOf({ metadata, ...object }: Rendered): Rendered | undefined {
  const { template } = (object['spec'] ?? {}) as { template?: PodTemplate }
  return (
    template && {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `${metadata.name}-pod`, ...template.metadata },
      spec: template.spec,
    }
  )
}

const kindAndName = ({ kind, metadata }: Rendered) => `${kind} ${metadata.name}`

/** What the API server has against an object. */
async function complaintsOf(object: Rendered, namespace: string): Promise<string[]> {
  const { status, text, warnings } = await api.apply(pathOf(object, namespace), object, true)
  return [...(status < 300 ? [] : [text]), ...warnings].map(
    (complaint) => `${kindAndName(object)}: ${complaint}`,
  )
}

/** Pods are admitted with their account only. It gets no owner here: one that does not exist would take it along at once. */
async function makeAccounts({ objects, namespace }: Judged): Promise<void> {
  for (const account of objects.filter(({ kind }) => kind === 'ServiceAccount')) {
    const { ownerReferences: _, ...metadata } = account.metadata as Record<string, unknown>
    const { status, text } = await api.apply(pathOf(account, namespace), { ...account, metadata })
    if (status >= 300) throw new Error(text)
  }
}

async function expectAdmitted(sets: readonly Judged[], what: string): Promise<void> {
  let objects = 0
  let pods = 0
  for (const set of sets) {
    await makeAccounts(set)
    const made = set.objects.flatMap((object) => podOf(object) ?? [])
    for (const object of [...set.objects, ...made])
      expect([set.name, await complaintsOf(object, set.namespace)]).toEqual([set.name, []])
    objects += set.objects.length
    pods += made.length
  }
  expect(objects).toBeGreaterThan(0)
  console.log(
    `API server, Pod Security restricted: ${objects} objects and ${pods} pods of ${what} admitted, 0 refused, 0 warnings`,
  )
}

test('what the operator’s chart renders is taken without a warning where Pod Security is restricted', async () => {
  await expectAdmitted(await operatorCharts(), 'the operator’s chart')
}, 120_000)

test('so is every workspace of the other chart', async () => {
  await expectAdmitted(await workspaceCharts(), 'the workspaces’ chart')
}, 120_000)

test('so is every child that the operator makes of a workspace', async () => {
  await expectAdmitted(childrenOfWorkspaces(), 'workspaces')
}, 120_000)

const pod = { containers: [{ name: 'a', image: 'a' }] }

test('the judge refuses a pod that has not given up its rights, and warns of a Deployment of such pods', async () => {
  const metadata = { name: 'careless', labels: { app: 'careless' } }
  const refused = await complaintsOf(
    { apiVersion: 'v1', kind: 'Pod', metadata, spec: pod },
    'charts-tenants',
  )
  expect(refused.join('\n')).toContain('violates PodSecurity')
  const warned = await complaintsOf(
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { selector: { matchLabels: metadata.labels }, template: { metadata, spec: pod } },
    },
    'charts-tenants',
  )
  expect(warned).toHaveLength(1)
  expect(warned[0]).toContain('would violate PodSecurity')
})
