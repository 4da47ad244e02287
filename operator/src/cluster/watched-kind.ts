import type { Log } from '@codelab/runtime/log'
import type { Clock } from '../clock.ts'
import type { KubeClient } from '../kube/client.ts'
import { keyText, type KubeObject, type ObjectKey } from '../kube/object.ts'
import type { Selection } from '../kube/reads.ts'
import { createReflector } from '../kube/reflector.ts'
import type { Resource } from '../kube/resources.ts'
import type { Change } from '../kube/store.ts'

/** A kind in every namespace that is watched. */
export type WatchedKind<Stored> = ReturnType<typeof watchKind<Stored>>

export type Watching = {
  readonly client: Pick<KubeClient, 'pages' | 'watch'>
  readonly log: Log
  /** Empty: all. */
  readonly namespaces: readonly string[]
  readonly onInterruption: (resource: string, reason: string) => void
  readonly clock: Clock
}

type Kind<Stored> = {
  readonly resource: Resource
  readonly selection?: Selection
  readonly project: (object: KubeObject) => Stored
  readonly onChange: (change: Change<Stored>) => void
}

/** One reflector per namespace, or one for all of them. */
export function watchKind<Stored>(
  { client, log, namespaces, onInterruption, clock }: Watching,
  { resource, selection = {}, project, onChange }: Kind<Stored>,
) {
  const places: readonly (string | undefined)[] = namespaces.length > 0 ? namespaces : [undefined]
  const reflectors = new Map(
    places.map((namespace) => [
      namespace,
      createReflector<Stored>({
        client,
        resource,
        selection: { ...selection, namespace },
        project,
        onChange,
        log,
        onInterruption: (reason) => onInterruption(resource.plural, reason),
        clock,
      }),
    ]),
  )
  const all = [...reflectors.values()]
  return {
    resource,
    get: (key: ObjectKey): Stored | undefined =>
      (reflectors.get(key.namespace) ?? reflectors.get(undefined))?.get(keyText(key)),
    values: function* (): Generator<Stored> {
      for (const reflector of all) yield* reflector.values()
    },
    size: (): number => all.reduce((sum, reflector) => sum + reflector.size(), 0),
    hasSynced: (): boolean => all.every((reflector) => reflector.hasSynced()),
    /** True once all have synced, false when stopped before. */
    whenSynced: async (): Promise<boolean> =>
      (await Promise.all(all.map((reflector) => reflector.whenSynced()))).every(Boolean),
    start(): void {
      for (const reflector of all) reflector.start()
    },
    async stop(): Promise<void> {
      await Promise.all(all.map((reflector) => reflector.stop()))
    },
  }
}
