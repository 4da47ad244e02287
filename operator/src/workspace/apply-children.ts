import type { Workspace } from '@codelab/contracts/workspace'
import type { Cluster } from '../cluster/cluster.ts'
import { type KnownObject, knownObject } from '../cluster/known-object.ts'
import { wantedDigest } from '../kube/field-digest.ts'
import { keyText } from '../kube/object.ts'
import { resources } from '../kube/resources.ts'
import type { Writes } from '../kube/writes.ts'
import type { Child } from './child.ts'
import { isOurs, managedBy } from './labels.ts'
import { childKey, type Refusal } from './observed.ts'
import { refusalIn } from './refusals.ts'

type Deps = {
  readonly cluster: Pick<Cluster, 'children'>
  readonly writes: Pick<Writes, 'apply' | 'delete'>
}

type Objects = ReadonlyMap<string, KnownObject>

/** Keeps the number of pods when it is left to an autoscaler: fields that nobody owns any more fall back to their default, here one pod. */
const scaleKeeper = `${managedBy}-scale`

/** What the cluster does not have as it is wanted. What is on its way out is left to go first. */
const differs = (child: Child, known: KnownObject | undefined): boolean =>
  known === undefined || (!known.meta.deletionTimestamp && known.digest !== wantedDigest(child))

async function keepReplicas(
  child: Child,
  { uid, scaledTo }: KnownObject,
  { writes, signal }: Pick<Deps, 'writes'> & { signal: AbortSignal },
): Promise<void> {
  const { replicas } = child['spec'] as { replicas?: number }
  if (replicas !== undefined || !scaledTo) return
  const { apiVersion, kind, metadata } = child
  const { name, namespace } = metadata
  await writes.apply(
    {
      apiVersion,
      kind,
      metadata: { name, uid, ...(namespace !== undefined && { namespace }) },
      spec: { replicas: scaledTo },
    } as Child,
    { manager: scaleKeeper, signal },
  )
}

/** Applies every child that differs, in order, and answers those that the API server refuses; any other failure ends it. */
export async function applyChildren(
  workspace: Workspace,
  { desired, objects }: { desired: readonly Child[]; objects: Objects },
  { cluster, writes }: Deps,
  signal: AbortSignal,
): Promise<Refusal[]> {
  const refusals: Refusal[] = []
  for (const child of desired) {
    const { kind, metadata } = child
    const known = objects.get(childKey(kind, metadata.name))
    if (!differs(child, known)) continue
    try {
      if (known && kind === 'Deployment') await keepReplicas(child, known, { writes, signal })
      const sent = known ? { ...child, metadata: { ...metadata, uid: known.uid } } : child
      const answer = await writes.apply(sent, { signal })
      cluster.children.learn(keyText(workspace.metadata), knownObject(kind)(answer))
    } catch (error) {
      refusals.push(refusalIn(error, { kind, name: metadata.name }))
    }
  }
  return refusals
}

const resourceOfKind = new Map(
  Object.values(resources).map((resource) => [resource.kind, resource]),
)

/** Deletes children that are no longer wanted, each only if it is still the one that was seen; answers those that the API server does not let go. */
export async function deleteStrays(
  workspace: Workspace,
  { strays, objects }: { strays: readonly string[]; objects: Objects },
  { writes }: Pick<Deps, 'writes'>,
  signal: AbortSignal,
): Promise<Refusal[]> {
  const refusals: Refusal[] = []
  for (const key of strays) {
    const { kind, name, namespace, uid, meta } = objects.get(key)!
    if (meta.deletionTimestamp || !isOurs(workspace, meta)) continue
    try {
      await writes.delete(resourceOfKind.get(kind)!, { namespace, name }, { uid, signal })
    } catch (error) {
      refusals.push(refusalIn(error, { kind, name }))
    }
  }
  return refusals
}
