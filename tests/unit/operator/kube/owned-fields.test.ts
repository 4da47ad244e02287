import type { KubeObject } from '@codelab/operator/kube/object'
import { ownedFields } from '@codelab/operator/kube/owned-fields'
import {
  appliedDeployment,
  appliedService,
  deployment,
  editedDeployment,
  service,
} from '../../../support/operator/samples.ts'

const manager = 'codelab-operator'

/** Of an object with one entry of managed fields. */
const owned = (object: object, fieldsV1: object, entry: object = {}) =>
  ownedFields(
    {
      ...object,
      metadata: {
        name: 'a',
        managedFields: [{ manager, operation: 'Apply', fieldsV1, ...entry }],
      },
    } as KubeObject,
    manager,
  )

test('of a Deployment it is what was applied, without what the API server added', () => {
  const { metadata, spec } = ownedFields(deployment, manager) as typeof appliedDeployment
  const { name: _, namespace: __, ...applied } = appliedDeployment.metadata
  expect(metadata).toEqual(applied)
  const [container] = spec.template.spec.containers
  const [wanted] = appliedDeployment.spec.template.spec.containers
  expect(container).toEqual({
    ...wanted,
    args: undefined,
    resources: {
      requests: { cpu: '1', memory: '512Mi' },
      limits: { cpu: '1500m', memory: '1Gi' },
    },
  })
  expect(Object.keys(spec).toSorted()).toEqual(['replicas', 'selector', 'template'])
})

test('of a Service its ports are found by their keys, its set by its values, its selector as one', () => {
  const { name: _, namespace: __, ...metadata } = appliedService.metadata
  expect(ownedFields(service, manager)).toEqual({ metadata, spec: appliedService.spec })
})

test('what somebody else changed is no longer ours, what somebody else added never was', () => {
  const { spec, metadata } = ownedFields(editedDeployment, manager) as typeof appliedDeployment
  expect(spec.template.spec.containers[0]!.env).toEqual([
    { name: 'A', value: 'one' },
    { name: 'B' },
  ])
  expect(metadata).not.toHaveProperty('finalizers')
})

test.each<[what: string, entry: object]>([
  ['somebody else’s', { manager: 'kubectl' }],
  ['an update', { operation: 'Update' }],
  ['the status', { subresource: 'status' }],
  ['nothing', { fieldsV1: undefined }],
])('an entry for %s is no apply of ours', (_what, entry) => {
  expect(owned({ spec: { a: 1 } }, { 'f:spec': { 'f:a': {} } }, entry)).toBeUndefined()
})

test('an object without managed fields was never applied', () => {
  expect(ownedFields({ metadata: { name: 'a' } }, manager)).toBeUndefined()
})

test('a field that is ours and gone is left out, one that is now something else is taken as it is', () => {
  const fields = { 'f:spec': { 'f:gone': {}, 'f:text': { 'f:inner': {} }, 'f:empty': {} } }
  expect(owned({ spec: { text: 'plain', empty: null } }, fields)).toEqual({
    spec: { text: 'plain', empty: null },
  })
})

test('items of a list are matched by all of their keys, in the order of the list', () => {
  const ports = [
    { port: 53, protocol: 'UDP', name: 'b' },
    { port: 53, protocol: 'TCP', name: 'a' },
    'no item with keys',
  ]
  const fields = {
    'f:ports': { 'k:{"port":53,"protocol":"TCP"}': { '.': {}, 'f:name': {} } },
  }
  expect(owned({ ports }, fields)).toEqual({ ports: [{ name: 'a' }] })
})

test('of a set those values are ours that we gave, whatever kind of values they are', () => {
  const fields = { 'f:set': { 'v:"a"': {}, 'v:2': {} } }
  expect(owned({ set: ['a', 'b', 2, '2'] }, fields)).toEqual({ set: ['a', 2] })
})
