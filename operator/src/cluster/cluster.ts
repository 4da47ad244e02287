import { isDeepStrictEqual } from 'node:util'
import { type Clock, systemClock } from '../clock.ts'
import { keyText, type ObjectKey, parseKey } from '../kube/object.ts'
import { type Resource, resources } from '../kube/resources.ts'
import type { Change } from '../kube/store.ts'
import { wantedSecrets } from '../workspace/children/secrets.ts'
import { managedBy } from '../workspace/labels.ts'
import { secretReferences } from '../workspace/references.ts'
import { confirmedWithinMs, createChildren, workspaceKeyOf } from './children.ts'
import { createGrouped } from './grouped.ts'
import { type KnownObject, knownObject } from './known-object.ts'
import { type KnownPod, knownPod } from './known-pod.ts'
import { type KnownSecret, knownSecret } from './known-secret.ts'
import { type KnownWorkspace, knownWorkspace } from './known-workspace.ts'
import { watchKind, type Watching } from './watched-kind.ts'

export type Cluster = ReturnType<typeof createCluster>

/** Kinds of children that are watched whole, those with our label. */
export const childResources: readonly Resource[] = [
  resources.serviceAccounts,
  resources.networkPolicies,
  resources.configMaps,
  resources.volumeClaims,
  resources.services,
  resources.statefulSets,
  resources.jobs,
  resources.deployments,
  resources.disruptionBudgets,
  resources.autoscalers,
  resources.ingresses,
]

const ours = { labelSelector: `app.kubernetes.io/managed-by=${managedBy}` }

type Deps = Omit<Watching, 'clock'> & {
  /** Called with the keys of the workspaces that a change concerns. */
  readonly changed: (why: Change<unknown>['why'], keys: Iterable<string>) => void
  readonly clock?: Clock
}

const valueOf = <Stored>(change: Change<Stored>): Stored =>
  change.kind === 'set' ? change.value : change.last

const beforeOf = <Stored>(change: Change<Stored>): Stored | undefined =>
  change.kind === 'set' ? change.before : change.last

/** Something of what is kept is different, not only the version. */
const isNews = <Stored extends object>(change: Change<Stored>): boolean =>
  change.why !== 'news' ||
  change.kind === 'gone' ||
  !isDeepStrictEqual({ ...change.value, version: '' }, { ...change.before, version: '' })

const secretsOf = ({ workspace }: KnownWorkspace): string[] =>
  workspace
    ? [
        ...wantedSecrets(workspace).map(({ name }) => name),
        ...secretReferences(workspace).map(({ ref }) => ref.name),
      ]
    : []

/** Everything that the operator knows of the cluster, in step with it; each change is told as the workspaces that it concerns. */
export function createCluster({ changed, clock = systemClock, ...deps }: Deps) {
  const watching: Watching = { ...deps, clock }
  const children = createChildren({ clock })
  const pods = createGrouped<KnownPod>()
  /** By the key of a Secret, the workspaces that read it. */
  const readers = createGrouped<true>()
  /** Secrets that we made and no watch has told of yet. */
  const made = new Map<string, { readonly secret: KnownSecret; readonly until: number }>()
  const madeSecret = (key: string): KnownSecret | undefined => {
    const known = made.get(key)
    if (!known || known.until > clock.now()) return known?.secret
    made.delete(key)
    return undefined
  }

  const workspaces = watchKind<KnownWorkspace>(watching, {
    resource: resources.workspaces,
    project: knownWorkspace,
    onChange(change) {
      const { namespace } = parseKey(change.key)
      const before = beforeOf(change)
      for (const name of before ? secretsOf(before) : [])
        readers.take(keyText({ namespace, name }), change.key)
      if (change.kind === 'set')
        for (const name of secretsOf(change.value))
          readers.put(keyText({ namespace, name }), change.key, true)
      changed(change.why, [change.key])
    },
  })

  const secrets = watchKind<KnownSecret>(watching, {
    resource: resources.secrets,
    selection: { form: 'metadata' },
    project: knownSecret,
    onChange({ key, why }) {
      made.delete(key)
      changed(why, readers.of(key)?.keys() ?? [])
    },
  })

  const objects = childResources.map((resource) =>
    watchKind<KnownObject>(watching, {
      resource,
      selection: ours,
      project: knownObject(resource.kind),
      onChange(change) {
        children.saw(change)
        if (!isNews(change)) return
        const keys = [beforeOf(change), valueOf(change)].map((each) => each && workspaceKeyOf(each))
        changed(change.why, new Set(keys.filter((key) => key !== undefined)))
      },
    }),
  )

  const podKinds = watchKind<KnownPod>(watching, {
    resource: resources.pods,
    selection: ours,
    project: knownPod,
    onChange(change) {
      const workspaceOf = ({ namespace, instance }: KnownPod) =>
        keyText({ namespace, name: instance })
      const [before, now] = [beforeOf(change) ?? valueOf(change), valueOf(change)].map(workspaceOf)
      if (change.kind === 'gone' || before !== now) pods.take(before!, change.key)
      if (change.kind === 'set') pods.put(now!, change.key, change.value)
      if (isNews(change)) changed(change.why, new Set([before!, now!]))
    },
  })

  const kinds = [workspaces, secrets, ...objects, podKinds]
  const startInTurn = async () => {
    for (const kind of kinds) {
      kind.start()
      if (!(await kind.whenSynced())) return
    }
  }

  return {
    workspace: (key: string): KnownWorkspace | undefined => workspaces.get(parseKey(key)),
    workspaces: (): Iterable<KnownWorkspace> => workspaces.values(),
    secret: (key: ObjectKey): KnownSecret | undefined =>
      secrets.get(key) ?? madeSecret(keyText(key)),
    /** A Secret was made, or found where a watch has not told of it yet. */
    learnSecret(key: ObjectKey, secret: KnownSecret): void {
      if (secrets.get(key)) return
      made.set(keyText(key), { secret, until: clock.now() + confirmedWithinMs })
    },
    /** How long answers to our own writes are still believed that no watch has confirmed: what they told of may be gone by then, unseen. */
    unconfirmedMs(workspace: string): number | undefined {
      const ofSecrets = Array.from(made).filter(([key]) => readers.of(key)?.has(workspace))
      const times = [
        children.unconfirmedUntil(workspace),
        ...ofSecrets.map(([, { until }]) => until),
      ]
      const known = times.filter((until) => until !== undefined)
      return known.length > 0
        ? Math.max(1, ...known.map((until) => until - clock.now()))
        : undefined
    },
    children,
    pods: (key: string): Iterable<KnownPod> => pods.of(key)?.values() ?? [],
    /** How many of each kind are known, for a gauge. */
    sizes: () => kinds.map((kind) => ({ resource: kind.resource.plural, size: kind.size() })),
    hasSynced: (): boolean => kinds.every((kind) => kind.hasSynced()),
    /** True once everything is known, false when stopped before. */
    whenSynced: async (): Promise<boolean> =>
      (await Promise.all(kinds.map((kind) => kind.whenSynced()))).every(Boolean),
    /** One kind after the other: what a list leaves behind in memory is many times what is kept of it. */
    start(): void {
      void startInTurn()
    },
    async stop(): Promise<void> {
      await Promise.all(kinds.map((kind) => kind.stop()))
    },
  }
}
