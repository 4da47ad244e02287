import { resources } from '@codelab/operator/kube/resources'
import type { Tenant } from '../support/operator/tenant.ts'
import { until } from '../support/until.ts'
import { suiteTenants } from '../support/operator/tenants.ts'

/** What stays and what goes with a workspace, whoever is faster. */
const tenant = suiteTenants()

const { workspaces, secrets, volumeClaims } = resources
type Policy = 'Retain' | 'Delete'

const settled = async (policy: Policy) => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1' })
  const operator = await t.operator()
  await t.create({ deletionPolicy: policy })
  await t.settled()
  await t.quiet()
  return { t, operator }
}

const remove = (t: Tenant, propagation?: 'Foreground' | 'Orphan') =>
  t.api.remove(workspaces, t.at('acme'), propagation)

const isGone = (t: Tenant) =>
  until('the workspace to be gone', async () => (await t.workspace()) === undefined, 60_000)

const keyed = ['acme-admin', 'acme-auth', 'acme-internal', 'acme-postgres', 'acme-redis']
const kept = [...keyed.map((name) => `Secret/${name}`), 'PersistentVolumeClaim/acme-postgres-data']

/** Children that are left, without those that only wait for their pods or volumes to end. */
const left = async (t: Tenant): Promise<string[]> =>
  [...(await t.children())]
    .filter(([, { metadata }]) => !metadata.deletionTimestamp)
    .map(([key]) => key)
    .toSorted()

const onlyKept = (t: Tenant) =>
  until(
    'only Secrets and the volume to be left',
    async () => (await left(t)).join() === kept.toSorted().join(),
    60_000,
  )

const nothing = (t: Tenant) =>
  until('nothing to be left', async () => (await left(t)).length === 0, 60_000)

const owners = async (t: Tenant) => {
  const objects = [
    ...(await Promise.all(keyed.map((name) => t.get(secrets, name)))),
    await t.get(volumeClaims, 'acme-postgres-data'),
  ]
  return objects.map((object) => object!.metadata.ownerReferences?.length ?? 0)
}

test('Retain: keys and data have no owner and stay; a new workspace of the name takes them up as they are', async () => {
  const { t } = await settled('Retain')
  expect(await owners(t)).toEqual([0, 0, 0, 0, 0, 0])
  expect((await t.workspace())!.metadata.finalizers).toBeUndefined()
  const before = await Promise.all(keyed.map((name) => t.get(secrets, name)))
  const claim = await t.get(volumeClaims, 'acme-postgres-data')
  await remove(t)
  await isGone(t)
  await onlyKept(t)
  await t.create()
  await t.settled()
  await t.quiet()
  expect(await Promise.all(keyed.map((name) => t.get(secrets, name)))).toEqual(before)
  expect((await t.get(volumeClaims, 'acme-postgres-data'))!.metadata.uid).toBe(claim!.metadata.uid)
}, 120_000)

test('Delete: everything goes, and nothing holds the workspace', async () => {
  const { t } = await settled('Delete')
  expect(await owners(t)).toEqual([1, 1, 1, 1, 1, 1])
  await remove(t)
  await isGone(t)
  await nothing(t)
}, 120_000)

test('Delete changed to Retain, and the workspace deleted at once: keys and data stay', async () => {
  const { t } = await settled('Delete')
  await t.change({ deletionPolicy: 'Retain' })
  await remove(t)
  await isGone(t)
  await onlyKept(t)
}, 120_000)

test('Retain changed to Delete: it is held until it owns what is to go', async () => {
  const { t } = await settled('Retain')
  await t.change({ deletionPolicy: 'Delete' })
  await t.settled()
  expect((await t.workspace())!.metadata.finalizers).toEqual(['codelab.dev/deletion-policy'])
  expect(await owners(t)).toEqual([1, 1, 1, 1, 1, 1])
  await remove(t)
  await isGone(t)
  await nothing(t)
}, 120_000)

test('without an operator Retain is gone at once, Delete waits for one', async () => {
  const retain = await settled('Retain')
  await retain.operator.stop()
  await remove(retain.t)
  await isGone(retain.t)
  await onlyKept(retain.t)

  const { t, operator } = await settled('Delete')
  await operator.stop()
  await remove(t)
  expect((await t.workspace())!.metadata.deletionTimestamp).toBeDefined()
  await t.operator()
  await isGone(t)
  await nothing(t)
}, 120_000)

test('deleted in the foreground, the children go first; orphaned, they stay and a new workspace takes them up', async () => {
  const { t } = await settled('Retain')
  await remove(t, 'Orphan')
  await isGone(t)
  const orphans = await left(t)
  expect(orphans.length).toBeGreaterThan(kept.length)
  await t.create()
  await t.settled()
  await t.quiet()
  expect(await left(t)).toEqual(orphans)
  await remove(t, 'Foreground')
  await isGone(t)
  await onlyKept(t)
}, 120_000)

test('orphaned under Delete, everything stays', async () => {
  const { t } = await settled('Delete')
  const before = await left(t)
  await remove(t, 'Orphan')
  await isGone(t)
  await t.quiet()
  expect(await left(t)).toEqual(before)
  expect(await owners(t)).toEqual([0, 0, 0, 0, 0, 0])
}, 120_000)
