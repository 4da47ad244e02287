import { leaseRights, type Right, rights } from '@codelab/operator/kube/rights'
import { programPath } from '../cluster/harness/programs.ts'
import { until } from '../support/until.ts'
import { type Api, connectApi } from './support/api.ts'
import { defineResources, restrictedNamespace } from './support/definitions.ts'
import { type Rendered, render, the } from './support/helm.ts'
import { pathsAmong, type Served, servedResources } from './support/resources.ts'
import { allowed, asText, type Question } from './support/reviews.ts'

const own = 'rights-operator'
const watched = ['rights-a', 'rights-b']
const foreign = 'rights-foreign'
const places = [own, ...watched, foreign, undefined]

let api: Api
let served: readonly Served[]

beforeAll(async () => {
  // It is built at its first use.
  await programPath('helm')
  api = connectApi()
  await defineResources(api)
  for (const name of [own, ...watched, foreign]) await restrictedNamespace(api, name)
  served = await servedResources(api)
}, 900_000)

afterAll(() => api.close())

/** The verbs of Kubernetes, with those that only some resources have. */
const verbs = [
  ...['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
  ...['use', 'bind', 'escalate', 'impersonate', 'approve', 'sign', 'attest', 'mark', '*'],
]

const at = (namespace: string | undefined) => (namespace === undefined ? {} : { namespace })

/** Asked for by authorization alone: who may set what keeps an object from going, and act as somebody. */
const unserved = (): { group: string; name: string }[] => [
  ...served
    .filter(({ name }) => !name.includes('/'))
    .map(({ group, name }) => ({ group, name: `${name}/finalizers` })),
  ...['users', 'groups', 'uids', 'userextras'].map((name) => ({
    group: 'authentication.k8s.io',
    name,
  })),
  ...['users', 'groups'].map((name) => ({ group: '', name })),
  { group: '*', name: '*' },
]

/** Every resource with its group, once, whatever its versions. */
function everyResource() {
  const all = [...served, ...unserved()]
  return new Map(all.map(({ group, name }) => [`${group}/${name}`, { group, name }])).values()
}

/** Every verb on everything that this API server knows, everywhere. */
function everyQuestion(): Question[] {
  const all = [...everyResource()]
  return all.flatMap(({ group, name }) =>
    places.flatMap((namespace) =>
      verbs.map((verb) => ({ group, resource: name, verb, ...at(namespace) })),
    ),
  )
}

const granted = (list: readonly Right[], namespaces: readonly (string | undefined)[]): string[] =>
  list.flatMap(({ apiGroup: group, resource, verbs: may }) =>
    namespaces.flatMap((namespace) =>
      may.map((verb) => asText({ group, resource, verb, ...at(namespace) })),
    ),
  )

/** What everybody who has signed in may ask about themselves. */
const everybodys = granted(
  [
    { apiGroup: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews', verbs: ['create'] },
    { apiGroup: 'authorization.k8s.io', resource: 'selfsubjectrulesreviews', verbs: ['create'] },
    { apiGroup: 'authentication.k8s.io', resource: 'selfsubjectreviews', verbs: ['create'] },
  ],
  places,
)

/** A Lease that is created has no name yet: the only right on leases that holds without one. */
const unnamedLease = leaseRights.map((each) => ({
  ...each,
  verbs: each.verbs.filter((verb) => verb === 'create'),
}))

const aboutRights = new Set(['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'])

/** Makes the account and its rights, as the chart has them; nothing else of the chart is needed. */
async function install(namespaces: readonly string[], name: string): Promise<Rendered[]> {
  const objects = await render('codelab-operator', {
    values: { watch: { namespaces } },
    name,
    namespace: own,
  })
  const pathOf = pathsAmong(served)
  for (const object of objects.filter(({ kind }) => aboutRights.has(kind))) {
    const { status, text } = await api.apply(pathOf(object, own), object)
    if (status >= 300) throw new Error(text)
  }
  return objects
}

test.each([
  ['all namespaces', [], places],
  ['some namespaces', watched, watched],
  ['one namespace', [watched[0]!], [watched[0]!]],
] as const)(
  'an operator of %s may do what its code lists, and nothing else to anything',
  async (what, namespaces, where) => {
    const name = `codelab-operator-${namespaces.length}`
    await install(namespaces, name)
    const account = { namespace: own, name }
    const lease = { group: 'coordination.k8s.io', resource: 'leases', namespace: own }
    // The authorizer follows by watch.
    await until('the rights count', async () => {
      const two = [
        { ...lease, verb: 'create' },
        { group: '', resource: 'secrets', verb: 'list', namespace: watched[0]! },
      ]
      return (await allowed(api, account, two)).length === two.length
    })
    const questions = everyQuestion()
    const found = await allowed(api, account, questions)
    const expected = [...granted(rights, where), ...granted(unnamedLease, [own]), ...everybodys]
    expect(found).toEqual(expected.toSorted())
    console.log(
      `rights in ${what}: ${questions.length} access reviews (${questions.length / verbs.length / places.length} resources, ${verbs.length} verbs, ${places.length} places), ${found.length} allowed as listed, 0 beyond`,
    )
  },
  300_000,
)

test('of Leases only its own may be read and renewed', async () => {
  const name = 'codelab-operator-0'
  await install([], name)
  const lease = { group: 'coordination.k8s.io', resource: 'leases' }
  const account = { namespace: own, name }
  const questions = [own, watched[0]!, 'kube-system'].flatMap((namespace) =>
    [name, 'codelab-operator-1', 'kube-scheduler'].flatMap((leaseName) =>
      verbs
        .filter((verb) => verb !== 'create')
        .map((verb) => ({ ...lease, verb, namespace, name: leaseName })),
    ),
  )
  await until('the rights count', async () => (await allowed(api, account, questions)).length > 0)
  expect(await allowed(api, account, questions)).toEqual(
    leaseRights
      .flatMap((each) => each.verbs)
      .filter((verb) => verb !== 'create')
      .map((verb) => asText({ ...lease, verb, namespace: own, name }))
      .toSorted(),
  )
})

type Rules = readonly { apiGroups: string[]; resources: string[]; verbs: string[] }[]
const rulesOf = (object: Rendered): string[] =>
  (object['rules'] as Rules)
    .flatMap(({ apiGroups, resources, verbs: may }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => may.map((verb) => asText({ group, resource, verb }))),
      ),
    )
    .toSorted()

test('the rules in the chart are the rights in the code, neither more nor fewer, without a wildcard', async () => {
  const all = await render('codelab-operator')
  const rules = rulesOf(the(all, 'ClusterRole', 'codelab-system-codelab-operator'))
  expect(rules).toEqual(granted(rights, [undefined]).toSorted())
  expect(rules.join()).not.toContain('*')
  expect(rulesOf(the(all, 'Role'))).toEqual(granted(leaseRights, [undefined]).toSorted())

  const some = await render('codelab-operator', { values: { watch: { namespaces: watched } } })
  const roles = some.filter(
    ({ kind, metadata }) => kind === 'Role' && watched.includes(metadata.namespace!),
  )
  expect(roles.map(({ metadata }) => metadata.namespace)).toEqual(watched)
  for (const role of roles) expect(rulesOf(role)).toEqual(rules)
  expect(some.filter(({ kind }) => kind === 'ClusterRoleBinding')).toEqual([])
})

test('people get what their role in the namespace says: view reads, edit changes, admin also deletes all at once', async () => {
  await install([], 'codelab-operator-0')
  const roles = ['view', 'edit', 'admin']
  for (const role of roles) {
    const { status } = await api.apply(
      `/apis/rbac.authorization.k8s.io/v1/namespaces/${foreign}/rolebindings/${role}`,
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: role },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
        subjects: [{ kind: 'ServiceAccount', name: role, namespace: foreign }],
      },
    )
    expect(status).toBeLessThan(300)
  }
  const questions = (namespace: string) =>
    ['codelabworkspaces', 'codelabworkspaces/status', 'codelabworkspaces/finalizers'].flatMap(
      (resource) => verbs.map((verb) => ({ group: 'codelab.dev', resource, verb, namespace })),
    )
  const mayDo = async (name: string, namespace = foreign) =>
    (await allowed(api, { namespace: foreign, name }, questions(namespace))).map((text) =>
      text.replace(/\.codelab\.dev in .*/, ''),
    )
  const reads = ['get codelabworkspaces', 'get codelabworkspaces/status', 'list codelabworkspaces']
  const view = [...reads, 'watch codelabworkspaces']
  const edit = [
    ...view,
    ...['create', 'delete', 'patch', 'update'].map((verb) => `${verb} codelabworkspaces`),
  ].toSorted()
  // The aggregation is done by a controller.
  await until('the roles are joined', async () =>
    (await mayDo('admin')).includes('deletecollection codelabworkspaces'),
  )
  expect(await mayDo('view')).toEqual(view)
  expect(await mayDo('edit')).toEqual(edit)
  expect(await mayDo('admin')).toEqual([...edit, 'deletecollection codelabworkspaces'].toSorted())
  expect(await mayDo('admin', watched[0])).toEqual([])
})
