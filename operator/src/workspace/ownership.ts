import type { Workspace } from '@codelab/contracts/workspace'
import type { KnownObject } from '../cluster/known-object.ts'
import type { KnownSecret } from '../cluster/known-secret.ts'
import type { OwnerReference } from '../kube/object.ts'
import { wantedSecrets } from './children/secrets.ts'
import { isOurs, ownerReference } from './labels.ts'
import { volumeName } from './names.ts'
import { childKey } from './observed.ts'

/** Keeps a workspace until what it owns fits its policy. Only under `Delete`: where nothing is owned that holds data, nothing has to be waited for. */
export const finalizer = 'codelab.dev/deletion-policy'

export const isKept = ({ spec }: Workspace): boolean => spec.deletionPolicy === 'Retain'

/** Finalizers that are not ours: of the garbage collector, or of somebody else. */
export const isHeldByOthers = ({ metadata: { finalizers = [] } }: Workspace): boolean =>
  finalizers.some((name) => name !== finalizer)

/** The finalizers that a workspace should have; undefined when it has them. */
export function wantedFinalizers({ metadata, ...workspace }: Workspace): string[] | undefined {
  const { finalizers = [], deletionTimestamp } = metadata
  const wants = !isKept({ metadata, ...workspace }) && !deletionTimestamp
  if (finalizers.includes(finalizer) === wants) return undefined
  return wants ? [...finalizers, finalizer] : finalizers.filter((name) => name !== finalizer)
}

/** A Secret or volume claim whose owners do not fit the policy, and the owners that do. */
export type Misowned = {
  readonly kind: 'Secret' | 'PersistentVolumeClaim'
  readonly name: string
  readonly uid: string
  readonly version: string
  readonly ownerReferences: readonly OwnerReference[]
}

/** What holds data or keys and would be deleted, or stay, against the policy. */
export function misowned(
  workspace: Workspace,
  secrets: ReadonlyMap<string, KnownSecret>,
  objects: ReadonlyMap<string, KnownObject>,
): Misowned[] {
  const owner = ownerReference(workspace)
  const claim = objects.get(childKey('PersistentVolumeClaim', volumeName(workspace)))
  const holders = [
    ...wantedSecrets(workspace).map(({ name }) => ({
      kind: 'Secret' as const,
      name,
      known: secrets.get(name),
    })),
    { kind: 'PersistentVolumeClaim' as const, name: volumeName(workspace), known: claim },
  ]
  return holders.flatMap(({ kind, name, known }) => {
    if (!known || !isOurs(workspace, known.meta)) return []
    const owners = known.meta.ownerReferences ?? []
    const others = owners.filter(({ uid }) => uid !== owner.uid)
    const isOwned = others.length < owners.length
    if (isOwned !== isKept(workspace)) return []
    const { uid, version } = known
    return [{ kind, name, uid, version, ownerReferences: isOwned ? others : [...owners, owner] }]
  })
}
