import type { Workspace } from '@codelab/contracts/workspace'
import { createChildren, workspaceKeyOf } from '@codelab/operator/cluster/children'
import { type KnownObject, knownObject } from '@codelab/operator/cluster/known-object'
import { type KnownSecret, knownSecret } from '@codelab/operator/cluster/known-secret'
import { knownWorkspace, type KnownWorkspace } from '@codelab/operator/cluster/known-workspace'
import { createSecretDigests } from '@codelab/operator/cluster/secret-digests'
import type { EventText } from '@codelab/operator/kube/events'
import { keyText, type KubeObject, type ObjectKey } from '@codelab/operator/kube/object'
import { createReconcile } from '@codelab/operator/workspace/reconcile'
import { createStatusWriter } from '@codelab/operator/workspace/status-writer'
import { createFakeClock } from '../clock.ts'
import { createMemoryApi } from './memory-api.ts'
import { settings } from './workspaces.ts'

export const namespace = 'team-acme'
export const acme = `${namespace}/acme`

const { signal } = new AbortController()

/** The pass over one workspace with everything in memory. `watch.deaf` leaves its writes untold, as a slow connection does. */
export function createMemoryOperator() {
  const api = createMemoryApi()
  const clock = createFakeClock()
  const children = createChildren({ clock })
  const known = new Map<string, KnownWorkspace>()
  const secrets = new Map<string, KnownSecret>()
  const made = new Map<string, KnownSecret>()
  const watch = { deaf: false }
  const events: EventText[] = []

  const seeChild = (kind: string, object: KubeObject, before: KubeObject | undefined) => {
    const told = (value: KubeObject): KnownObject => knownObject(kind)(value)
    const key = keyText(object.metadata as ObjectKey)
    if (workspaceKeyOf(told(object)) === undefined) return
    children.saw({
      kind: 'set',
      key,
      why: 'news',
      value: told(object),
      before: before && told(before),
    })
  }
  const see = (kind: string, object: KubeObject, before?: KubeObject) => {
    const key = keyText(object.metadata as ObjectKey)
    if (kind === 'CodeLabWorkspace') known.set(key, knownWorkspace(object))
    else if (kind === 'Secret') secrets.set(key, knownSecret(object))
    else seeChild(kind, object, before)
  }
  api.script.changed = (kind, object, before) => {
    if (!watch.deaf) see(kind, object, before)
  }

  const reconcile = createReconcile({
    cluster: {
      workspace: (key) => known.get(key),
      children,
      pods: () => [],
      secret: (key) => secrets.get(keyText(key)) ?? made.get(keyText(key)),
      learnSecret: (key, secret) => void made.set(keyText(key), secret),
      unconfirmedMs: (key) => children.unconfirmedUntil(key),
    },
    reads: api,
    writes: api.writes,
    digests: createSecretDigests({ client: api }),
    statuses: createStatusWriter({ writes: api.writes, clock, onWritten: () => {} }),
    events: { record: async (_about, text) => void events.push(text) },
    settings,
    wall: () => new Date('2026-02-03T04:05:06Z'),
    randomBytes: (count) => new Uint8Array(count).fill(7),
  })

  return {
    api,
    clock,
    watch,
    events,
    pass: () => reconcile(acme, signal),
    /** Puts the workspace there, or changes it. */
    give(workspace: Workspace, metadata: object = {}): void {
      const before = api.find('CodeLabWorkspace', namespace, 'acme')
      const all = { ...before?.metadata, ...workspace.metadata, ...metadata }
      api.put({ ...before, ...workspace, metadata: all })
    },
    /** What the person has to bring. */
    bringKey(): void {
      const metadata = { name: 'openai', namespace }
      const data = { apiKey: Buffer.from('sk-test').toString('base64') }
      api.put({ apiVersion: 'v1', kind: 'Secret', metadata, data })
    },
    /** The watch catches up, and is up to date from now on. */
    hear(): void {
      watch.deaf = false
      for (const object of api.all()) see(object.kind!, object)
    },
    vanish: () => known.delete(acme),
    status: () =>
      (api.find('CodeLabWorkspace', namespace, 'acme') as Workspace | undefined)?.status,
  }
}
