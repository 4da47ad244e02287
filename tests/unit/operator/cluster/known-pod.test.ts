import { knownPod } from '@codelab/operator/cluster/known-pod'
import type { KubeObject } from '@codelab/operator/kube/object'

const labels = {
  'app.kubernetes.io/instance': 'acme',
  'app.kubernetes.io/component': 'gateway',
}

const pod = (status: object = {}, metadata: object = {}): KubeObject =>
  ({
    metadata: { name: 'acme-gateway-x', namespace: 'team', labels, ...metadata },
    status,
  }) as KubeObject

const containers = (...containerStatuses: object[]) => pod({ containerStatuses })
const waiting = (reason: string, message?: string) => ({ waiting: { reason, message } })
const ended = (exitCode: number, more: object = {}) => ({ terminated: { exitCode, ...more } })

test('a pod is known by its workspace, its part and its Job', () => {
  const job = { ...labels, 'batch.kubernetes.io/job-name': 'acme-migrate' }
  expect(knownPod(pod({}, { labels: job }))).toEqual({
    namespace: 'team',
    instance: 'acme',
    component: 'gateway',
    ended: false,
    job: 'acme-migrate',
    trouble: undefined,
    failure: undefined,
  })
})

test.each([
  ['Succeeded', true],
  ['Failed', true],
  ['Running', false],
  ['Pending', false],
])('a pod in phase %s has ended: %s', (phase, expected) => {
  expect(knownPod(pod({ phase })).ended).toBe(expected)
})

test.each(['ContainerCreating', 'PodInitializing'])(
  'to wait for %s is part of a start',
  (reason) => {
    expect(knownPod(containers({ name: 'main', state: waiting(reason) })).trouble).toBeUndefined()
  },
)

test('what a container waits for is said in the cluster’s words', () => {
  const status = { name: 'main', state: waiting('ImagePullBackOff', 'no such image') }
  expect(knownPod(containers({ name: 'well', state: { running: {} } }, status)).trouble).toEqual({
    message: 'pod acme-gateway-x, container main: ImagePullBackOff: no such image',
  })
})

test('a container that falls again and again is told with how it ended', () => {
  const status = {
    name: 'main',
    state: waiting('CrashLoopBackOff'),
    lastState: ended(137, { reason: 'OOMKilled' }),
  }
  expect(knownPod(containers(status)).trouble?.message).toBe(
    'pod acme-gateway-x, container main: CrashLoopBackOff; it ended with OOMKilled (137)',
  )
})

const unscheduled = {
  conditions: [
    {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: '0/3 nodes are available',
      lastTransitionTime: '2026-02-03T04:05:06Z',
    },
  ],
}

test('a pod that no node takes is dated: it may pass in a moment', () => {
  expect(knownPod(pod(unscheduled)).trouble).toEqual({
    message: 'pod acme-gateway-x: Unschedulable: 0/3 nodes are available',
    since: '2026-02-03T04:05:06Z',
  })
})

test('a pod that is on its way out is in no trouble', () => {
  const leaving = { deletionTimestamp: '2026-02-03T04:05:06Z' }
  expect(knownPod(pod(unscheduled, leaving)).trouble).toBeUndefined()
})

test('a container that ended badly is remembered by its code and last line, running again or not', () => {
  const message = 'first line\npassword authentication failed\n'
  const again = { name: 'agent', state: { running: {} }, lastState: ended(69, { message }) }
  expect(knownPod(containers({ name: 'auth', state: ended(0) }, again)).failure).toEqual({
    exitCode: 69,
    message: 'container agent: password authentication failed',
  })
})

test.each<[what: string, more: object, said: string]>([
  ['its reason', { reason: 'Error' }, 'container main: Error'],
  ['that it said nothing', {}, 'container main: it said nothing'],
  [
    'as much of a line as fits',
    { message: 'x'.repeat(9_000) },
    `container main: ${'x'.repeat(500)}`,
  ],
])('of a container that ended badly is kept %s', (_what, more, message) => {
  const { failure } = knownPod(containers({ name: 'main', state: ended(1, more) }))
  expect(failure).toEqual({ exitCode: 1, message })
})
