import type { Workspace } from '@codelab/contracts/workspace'
import type { KnownObject } from '@codelab/operator/cluster/known-object'
import type { KnownSecret } from '@codelab/operator/cluster/known-secret'
import type { OwnerReference } from '@codelab/operator/kube/object'
import { ownerReference } from '@codelab/operator/workspace/labels'
import { finalizer, misowned, wantedFinalizers } from '@codelab/operator/workspace/ownership'
import { workspaceWith } from '../../../support/operator/workspaces.ts'

type Policy = Workspace['spec']['deletionPolicy']

const workspaceOf = (deletionPolicy: Policy, metadata: object = {}): Workspace => {
  const workspace = workspaceWith({ deletionPolicy })
  return { ...workspace, metadata: { ...workspace.metadata, ...metadata } }
}

const ours = ownerReference(workspaceWith())
const plain: OwnerReference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'c', uid: 'c1' }
const foreign: OwnerReference = { ...plain, controller: true }
const labels = {
  'app.kubernetes.io/managed-by': 'codelab-operator',
  'app.kubernetes.io/instance': 'acme',
}

const secret = (ownerReferences?: readonly OwnerReference[], labelled = true): KnownSecret => ({
  uid: 's1',
  version: '7',
  meta: {
    name: 'acme-auth',
    ...(labelled && { labels }),
    ...(ownerReferences && { ownerReferences }),
  },
})

const ownersOf = (policy: Policy, known: KnownSecret) =>
  misowned(workspaceOf(policy), new Map([['acme-auth', known]]), new Map()).map(
    ({ ownerReferences }) => ownerReferences,
  )

test.each<
  [policy: Policy, state: string, known: KnownSecret, owners: readonly OwnerReference[] | undefined]
>([
  ['Retain', 'no owner', secret(), undefined],
  ['Retain', 'the workspace as owner', secret([ours]), []],
  ['Retain', 'the workspace and another', secret([plain, ours]), [plain]],
  ['Retain', 'another owner', secret([plain]), undefined],
  ['Retain', 'another controller', secret([foreign]), undefined],
  ['Retain', 'no label', secret(undefined, false), undefined],
  ['Delete', 'no owner', secret(), [ours]],
  ['Delete', 'the workspace as owner', secret([ours]), undefined],
  ['Delete', 'the workspace and another', secret([plain, ours]), undefined],
  ['Delete', 'another owner', secret([plain]), [plain, ours]],
  ['Delete', 'another controller', secret([foreign]), undefined],
  ['Delete', 'no label', secret(undefined, false), undefined],
])('under %s a Secret with %s gets the owners that fit', (policy, _state, known, owners) => {
  expect(ownersOf(policy, known)).toEqual(owners === undefined ? [] : [owners])
})

test('the volume of PostgreSQL is treated as a Secret is, each as it was seen', () => {
  const volume: KnownObject = {
    kind: 'PersistentVolumeClaim',
    name: 'acme-postgres-data',
    namespace: 'team-acme',
    uid: 'v1',
    version: '9',
    meta: { name: 'acme-postgres-data', labels },
    digest: undefined,
  }
  const found = misowned(
    workspaceOf('Delete'),
    new Map([['acme-auth', secret()]]),
    new Map([['PersistentVolumeClaim/acme-postgres-data', volume]]),
  )
  expect(found).toEqual([
    { kind: 'Secret', name: 'acme-auth', uid: 's1', version: '7', ownerReferences: [ours] },
    {
      kind: 'PersistentVolumeClaim',
      name: 'acme-postgres-data',
      uid: 'v1',
      version: '9',
      ownerReferences: [ours],
    },
  ])
})

test('a Secret that a person brought is never owned', () => {
  const known = { ...secret(), meta: { name: 'openai', labels } }
  expect(misowned(workspaceOf('Delete'), new Map([['openai', known]]), new Map())).toEqual([])
})

const deletionTimestamp = '2026-02-03T04:05:06Z'

test.each<[policy: Policy, metadata: object, wanted: string[] | undefined]>([
  ['Retain', {}, undefined],
  ['Retain', { finalizers: ['a'] }, undefined],
  ['Retain', { finalizers: [finalizer] }, []],
  ['Retain', { finalizers: ['a', finalizer, 'b'] }, ['a', 'b']],
  ['Retain', { deletionTimestamp }, undefined],
  ['Delete', {}, [finalizer]],
  ['Delete', { finalizers: ['a'] }, ['a', finalizer]],
  ['Delete', { finalizers: ['a', finalizer] }, undefined],
  ['Delete', { deletionTimestamp }, undefined],
  ['Delete', { deletionTimestamp, finalizers: ['a'] }, undefined],
  ['Delete', { deletionTimestamp, finalizers: ['a', finalizer] }, ['a']],
])('under %s, of %j the finalizers that fit are %j', (policy, metadata, wanted) => {
  expect(wantedFinalizers(workspaceOf(policy, metadata))).toEqual(wanted)
})
