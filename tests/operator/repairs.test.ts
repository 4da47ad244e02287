import { resources } from '@codelab/operator/kube/resources'
import { type Access, sharedControlPlane } from '../cluster/harness/access.ts'
import { type Edit, edits, everyKind } from '../support/operator/edits.ts'
import type { Any } from '../support/operator/kube-api.ts'
import { createTenant, installDefinition, type Tenant } from '../support/operator/tenant.ts'
import { until } from '../support/until.ts'

/** What somebody changes by hand in what is the workspace's is put right again. */
let access: Access
let t: Tenant
beforeAll(async () => {
  access = await sharedControlPlane()
  await installDefinition(access)
  t = await createTenant(access)
  await t.secret('openai', { apiKey: 'sk-1' })
  await t.operator()
  await t.create(everyKind)
  await t.settled()
  await t.quiet()
}, 90_000)
afterAll(() => t?.end())

const job = async () => {
  const [found] = await t.api.list(resources.jobs, t.namespace)
  return found!
}
const nameOf = async ({ resource, name }: Pick<Edit, 'resource' | 'name'>) =>
  resource === resources.jobs ? (await job()).metadata.name : name

/** Jobs too: nearly nothing of them can be changed. */
const all: readonly Edit[] = [
  ...edits,
  {
    resource: resources.jobs,
    name: 'the migration',
    change: (draft) => (draft['spec'].backoffLimit = 0),
    fields: { spec: { suspend: true } },
    at: ({ spec }) => [spec.backoffLimit, spec.suspend],
  },
]

const healed = (edit: Edit, name: string, before: Any) =>
  until(
    `${edit.resource.kind} ${name} to be as it was`,
    async () => {
      const object = await t.get(edit.resource, name)
      return object && JSON.stringify(edit.at(object)) === JSON.stringify(edit.at(before))
    },
    20_000,
  )

test.each(all)('$resource.kind $name: an edit is undone', async (edit) => {
  const name = await nameOf(edit)
  const before = (await t.get(edit.resource, name))!
  const edited = await t.api.edit(edit.resource, t.at(name), edit.change as never)
  expect(edit.at(edited)).not.toEqual(edit.at(before))
  await healed(edit, name, before)
})

test.each(all)(
  '$resource.kind $name: fields that somebody applies by force are taken back',
  async (edit) => {
    const name = await nameOf(edit)
    const before = (await t.get(edit.resource, name))!
    const seized = await t.api.seize(edit.resource, t.namespace, {
      ...edit.fields,
      metadata: { ...(edit.fields['metadata'] as object), name },
    })
    expect(edit.at(seized)).not.toEqual(edit.at(before))
    await healed(edit, name, before)
  },
)

const isWhole = (before: Any) => (object: Any | undefined) =>
  object !== undefined &&
  !object.metadata.deletionTimestamp &&
  JSON.stringify(object.metadata.labels) === JSON.stringify(before.metadata.labels) &&
  object.metadata.ownerReferences?.length === before.metadata.ownerReferences?.length

test.each(all.filter(({ resource }) => resource.kind !== 'PersistentVolumeClaim'))(
  '$resource.kind $name: is made again when it is deleted, and gets label and owner back',
  async ({ resource, name: known }) => {
    const name = await nameOf({ resource, name: known })
    const before = (await t.get(resource, name))!
    const again = (what: string, other = false) =>
      until(
        what,
        async () => {
          const object = await t.get(resource, name)
          return isWhole(before)(object) && (!other || object!.metadata.uid !== before.metadata.uid)
        },
        20_000,
      )
    await t.api.merge(resource, t.at(name), {
      metadata: { labels: { 'app.kubernetes.io/managed-by': null } },
    })
    await again(`${name} to be labelled again`)
    await t.api.merge(resource, t.at(name), { metadata: { ownerReferences: null } })
    await again(`${name} to be owned again`)
    await t.api.remove(resource, t.at(name))
    await again(`${name} to be there again`, true)
  },
  60_000,
)

test('after all of this nothing is left to write', async () => {
  const from = await t.quiet()
  const second = await t.operator({ name: 'second' })
  await t.quiet()
  expect(await t.writes(from)).toEqual([])
  await second.stop()
}, 60_000)
