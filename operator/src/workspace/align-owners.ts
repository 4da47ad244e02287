import type { Workspace } from '@codelab/contracts/workspace'
import { failedWith } from '../kube/failure.ts'
import type { ObjectMeta } from '../kube/object.ts'
import { resources } from '../kube/resources.ts'
import type { Writes } from '../kube/writes.ts'
import { finalizer, type Misowned, wantedFinalizers } from './ownership.ts'

type Deps = { readonly writes: Pick<Writes, 'patch'> }

const kinds = { Secret: resources.secrets, PersistentVolumeClaim: resources.volumeClaims }

/** What went away meanwhile needs no change any more. */
async function unlessGone(patching: Promise<unknown>): Promise<void> {
  try {
    await patching
  } catch (error) {
    if (!failedWith(error, 'NotFound')) throw error
  }
}

/** Gives what holds data or keys the owners that the policy wants; their content is not touched. */
export async function alignOwners(
  { metadata: { namespace } }: Workspace,
  holders: readonly Misowned[],
  { writes }: Deps,
  signal: AbortSignal,
): Promise<void> {
  for (const { kind, name, uid, version, ownerReferences } of holders)
    await unlessGone(
      writes.patch(
        kinds[kind],
        { namespace, name },
        { patch: { metadata: { uid, resourceVersion: version, ownerReferences } }, signal },
      ),
    )
}

async function setFinalizers(
  { name, namespace = '', uid, resourceVersion }: ObjectMeta,
  finalizers: readonly string[],
  { writes }: Deps,
  signal: AbortSignal,
): Promise<void> {
  await unlessGone(
    writes.patch(
      resources.workspaces,
      { namespace, name },
      { patch: { metadata: { uid, resourceVersion, finalizers } }, signal },
    ),
  )
}

/** Sets the finalizers that the workspace should have, if they differ. */
export async function alignFinalizers(
  workspace: Workspace,
  deps: Deps,
  signal: AbortSignal,
): Promise<void> {
  const finalizers = wantedFinalizers(workspace)
  if (finalizers) await setFinalizers(workspace.metadata, finalizers, deps, signal)
}

/** Lets an object go that nothing but its metadata is known of. */
export async function dropFinalizer(
  metadata: ObjectMeta,
  deps: Deps,
  signal: AbortSignal,
): Promise<void> {
  const { finalizers = [] } = metadata
  const others = finalizers.filter((name) => name !== finalizer)
  if (others.length < finalizers.length) await setFinalizers(metadata, others, deps, signal)
}
