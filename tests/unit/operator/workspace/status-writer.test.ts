import type { Workspace } from '@codelab/contracts/workspace'
import type { WorkspaceStatus } from '@codelab/contracts/workspace-status'
import { KubeFailure } from '@codelab/operator/kube/failure'
import type { KubeObject } from '@codelab/operator/kube/object'
import { createStatusWriter } from '@codelab/operator/workspace/status-writer'
import { createFakeClock } from '../../../support/clock.ts'
import { workspaceWith } from '../../../support/operator/workspaces.ts'

const { signal } = new AbortController()

function setUp() {
  const clock = createFakeClock()
  const sent: KubeObject[] = []
  const written: [Workspace, WorkspaceStatus | undefined][] = []
  const next: { failure?: KubeFailure } = {}
  const statuses = createStatusWriter({
    writes: {
      async applyStatus(object) {
        if (next.failure) throw next.failure
        sent.push(object)
        return { ...object, metadata: { ...object.metadata, resourceVersion: '20' } }
      },
    },
    clock,
    onWritten: (workspace, before) => void written.push([workspace, before]),
  })
  return { clock, sent, written, statuses, next }
}

const at = (resourceVersion: string, status?: WorkspaceStatus, uid = 'u1'): Workspace => {
  const workspace = workspaceWith({}, status && { status })
  return { ...workspace, metadata: { ...workspace.metadata, uid, resourceVersion } }
}

const starting: WorkspaceStatus = { phase: 'Provisioning' }
const progress: WorkspaceStatus = {
  ...starting,
  components: [{ name: 'gateway', ready: 1, desired: 1 }],
}
const ready: WorkspaceStatus = { phase: 'Ready' }

test('a status that differs is written, by uid, and told of with the one before', async () => {
  const { statuses, sent, written } = setUp()
  expect(await statuses.write(at('10', starting), ready, signal)).toBeUndefined()
  expect(sent).toEqual([
    {
      apiVersion: 'codelab.dev/v1alpha1',
      kind: 'CodeLabWorkspace',
      metadata: { name: 'acme', namespace: 'team-acme', uid: 'u1' },
      status: ready,
    },
  ])
  expect(written).toEqual([[at('10', ready), starting]])
})

test('one that is as it was is not', async () => {
  const { statuses, sent } = setUp()
  expect(await statuses.write(at('10', ready), { ...ready }, signal)).toBeUndefined()
  expect(sent).toEqual([])
})

test('progress is written when it is time, and how long that takes is said', async () => {
  const { clock, statuses, sent } = setUp()
  await statuses.write(at('10'), starting, signal)
  await clock.advance(5_000)
  expect(await statuses.write(at('20', starting), progress, signal)).toBe(10_000)
  expect(sent).toHaveLength(1)
  await clock.advance(10_000)
  expect(await statuses.write(at('20', starting), progress, signal)).toBeUndefined()
  expect(sent).toHaveLength(2)
})

test('what a person waits for is written at once', async () => {
  const { statuses, sent } = setUp()
  await statuses.write(at('10'), starting, signal)
  expect(await statuses.write(at('20', starting), ready, signal)).toBeUndefined()
  expect(sent).toHaveLength(2)
})

test('another workspace of the same name does not wait for the old one’s time', async () => {
  const { statuses, sent } = setUp()
  await statuses.write(at('10'), starting, signal)
  expect(await statuses.write(at('30', starting, 'u2'), progress, signal)).toBeUndefined()
  expect(sent).toHaveLength(2)
})

test('until the watch tells of a write, the workspace has the status that was written', async () => {
  const { statuses } = setUp()
  await statuses.write(at('10'), starting, signal)
  expect(statuses.current(at('10')).status).toEqual(starting)
  expect(statuses.current(at('19')).status).toEqual(starting)
  expect(statuses.current(at('20', progress)).status).toEqual(progress)
  expect(statuses.current(at('19', undefined, 'u2')).status).toBeUndefined()
  statuses.forget('team-acme/acme')
  expect(statuses.current(at('19')).status).toBeUndefined()
})

test.each(['NotFound', 'Conflict'] as const)(
  'a workspace that is gone (%s) is nothing to write to, and nothing to fail over',
  async (reason) => {
    const { statuses, written, next } = setUp()
    next.failure = new KubeFailure(reason, { message: 'gone' })
    expect(await statuses.write(at('10'), starting, signal)).toBeUndefined()
    expect(written).toEqual([])
    expect(statuses.current(at('10')).status).toBeUndefined()
  },
)

test('any other failure ends the pass, and the next one writes at once', async () => {
  const { statuses, sent, written, next } = setUp()
  next.failure = new KubeFailure('ServiceUnavailable', { message: 'away' })
  await expect(statuses.write(at('10'), starting, signal)).rejects.toBe(next.failure)
  expect(written).toEqual([])
  delete next.failure
  await statuses.write(at('10'), starting, signal)
  expect(sent).toHaveLength(1)
})
