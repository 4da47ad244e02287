import { identityOf, knownObject } from '@codelab/operator/cluster/known-object'
import { knownSecret } from '@codelab/operator/cluster/known-secret'
import type { KubeObject } from '@codelab/operator/kube/object'
import { wantedDigest } from '@codelab/operator/kube/field-digest'
import { appliedDeployment, deployment } from '../../../support/operator/samples.ts'

const object = (more: object = {}, metadata: object = {}): KubeObject =>
  ({ metadata: { name: 'a', namespace: 'n', uid: 'u', ...metadata }, ...more }) as KubeObject

test('of a Deployment as it was applied the digest is that of what was applied', () => {
  const known = knownObject('Deployment')(deployment)
  expect(known.digest).toBe(wantedDigest(appliedDeployment))
  expect(known.scaledTo).toBe(2)
  expect(known.meta.ownerReferences).toEqual(appliedDeployment.metadata.ownerReferences)
})

test('an object that nobody applied has no digest', () => {
  expect(knownObject('Service')(object()).digest).toBeUndefined()
})

test('pods are counted for the spec of now only', () => {
  const status = {
    observedGeneration: 3,
    replicas: 4,
    readyReplicas: 3,
    updatedReplicas: 2,
  }
  const podsAt = (generation: number) =>
    knownObject('StatefulSet')(object({ spec: { replicas: 3 }, status }, { generation })).pods
  expect(podsAt(3)).toEqual({ desired: 3, total: 4, ready: 3, updated: 2 })
  expect(podsAt(4)).toEqual({ desired: 3, total: 4, ready: 3, updated: 0 })
  expect(knownObject('Deployment')(object()).pods).toEqual({
    desired: 1,
    total: 0,
    ready: 0,
    updated: 0,
  })
})

test.each([
  ['Progressing', 'False', 'ProgressDeadlineExceeded', 'too late'],
  ['ReplicaFailure', 'True', 'FailedCreate', 'too late'],
  ['Progressing', 'True', 'NewReplicaSetAvailable', undefined],
  ['Available', 'False', 'MinimumReplicasUnavailable', undefined],
])('a Deployment with %s %s for %s is in trouble: %s', (type, status, reason, trouble) => {
  const conditions = [{ type, status, reason, message: 'too late' }]
  expect(knownObject('Deployment')(object({ status: { conditions } })).trouble).toBe(trouble)
})

test.each([
  ['Complete', 'True', true],
  ['Complete', 'False', false],
  ['Failed', 'True', false],
])('a Job whose condition %s is %s is complete: %s', (type, status, complete) => {
  const job = object({ status: { conditions: [{ type, status }] } })
  expect(knownObject('Job')(job).complete).toBe(complete)
})

test('a Job without a status is not complete', () => {
  expect(knownObject('Job')(object()).complete).toBe(false)
})

const annotated = object(
  { data: { password: 'c2VjcmV0' }, stringData: { password: 'secret' } },
  {
    labels: {
      'app.kubernetes.io/managed-by': 'codelab-operator',
      'app.kubernetes.io/instance': 'acme',
      team: 'red',
    },
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":"c2VjcmV0"}' },
    resourceVersion: '7',
  },
)

test('of metadata only what tells whose an object is is kept', () => {
  expect(identityOf(annotated)).toEqual({
    name: 'a',
    namespace: 'n',
    labels: {
      'app.kubernetes.io/managed-by': 'codelab-operator',
      'app.kubernetes.io/instance': 'acme',
    },
  })
})

test('of a Secret no value is kept, wherever in the object it is', () => {
  const known = knownSecret(annotated)
  expect(known).toMatchObject({ uid: 'u', version: '7' })
  expect(JSON.stringify(known)).not.toMatch(/c2VjcmV0|secret/)
})
