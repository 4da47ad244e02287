import { createEvents } from '@codelab/operator/kube/events'
import { KubeFailure } from '@codelab/operator/kube/failure'
import type { KubeObject } from '@codelab/operator/kube/object'
import { silentLog } from '../../../support/silent-log.ts'

type Event = KubeObject & { note: string; series?: { count: number; lastObservedTime: string } }

const workspace = {
  apiVersion: 'codelab.dev/v1alpha1',
  kind: 'CodeLabWorkspace',
  metadata: { name: 'acme', namespace: 'team', uid: 'u1' },
}
const text = { type: 'Warning', reason: 'NameTaken', note: 'not the workspace’s own' } as const

function setUp({ failing }: { failing?: KubeFailure } = {}) {
  const stored = new Map<string, Event>()
  let now = Date.parse('2026-02-03T04:05:06.789Z')
  const events = createEvents({
    reads: {
      get: async <Kind>(_: unknown, { name }: { name: string }) => stored.get(name) as Kind,
    },
    writes: {
      async create(object) {
        if (failing) throw failing
        const { name } = object.metadata
        if (stored.has(name)) return { outcome: 'exists' }
        stored.set(name, object as unknown as Event)
        return { outcome: 'created', object }
      },
      async patch<Kind>(_: unknown, { name }: { name: string }, { patch }: { patch: unknown }) {
        stored.set(name, { ...stored.get(name)!, ...(patch as Partial<Event>) })
        return stored.get(name) as Kind
      },
    },
    instance: 'operator-1',
    controller: 'codelab.dev/operator',
    log: silentLog,
    wall: () => new Date(now),
  })
  return { events, stored, later: (ms: number) => void (now += ms) }
}

const { signal } = new AbortController()

test('an event is about the workspace and named by what it says', async () => {
  const { events, stored } = setUp()
  await events.record(workspace, text, signal)
  await events.record(
    { ...workspace, metadata: { ...workspace.metadata, uid: 'u2' } },
    text,
    signal,
  )
  await events.record(workspace, { ...text, note: 'something else' }, signal)
  expect(stored.size).toBe(3)
  expect([...stored.values()][0]).toEqual({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { namespace: 'team', name: expect.stringMatching(/^acme\.[0-9a-f]{16}$/) },
    eventTime: '2026-02-03T04:05:06.789000Z',
    reportingController: 'codelab.dev/operator',
    reportingInstance: 'operator-1',
    action: 'Reconcile',
    regarding: {
      apiVersion: workspace.apiVersion,
      kind: workspace.kind,
      name: 'acme',
      namespace: 'team',
      uid: 'u1',
    },
    ...text,
  })
})

test('the same event again is counted', async () => {
  const { events, stored, later } = setUp()
  for (let times = 0; times < 3; times++) {
    await events.record(workspace, text, signal)
    later(1_000)
  }
  const [event, ...others] = stored.values()
  expect(others).toEqual([])
  expect(event!.series).toEqual({ count: 3, lastObservedTime: '2026-02-03T04:05:08.789000Z' })
})

test('a note is cut at 1,024 bytes, never inside a character', async () => {
  const { events, stored } = setUp()
  const note = 'ä€'.repeat(400)
  await events.record(workspace, { ...text, note }, signal)
  const [{ note: kept } = { note: '' }] = stored.values()
  expect(note.startsWith(kept)).toBe(true)
  expect(Buffer.byteLength(kept)).toBeGreaterThan(1_020)
  expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(1_024)
})

test('an event that cannot be written fails nothing', async () => {
  const { events, stored } = setUp({ failing: new KubeFailure('Forbidden', { message: 'no' }) })
  await events.record(workspace, text, signal)
  expect(stored.size).toBe(0)
})
