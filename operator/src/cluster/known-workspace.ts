import { Workspace } from '@codelab/contracts/workspace'
import type { KubeObject } from '../kube/object.ts'

/** A workspace as it was read, or what of it cannot be understood: it was stored under another version of the resource. */
export type KnownWorkspace =
  | { readonly workspace: Workspace }
  | {
      readonly workspace: undefined
      readonly problem: string
      readonly object: KubeObject
      /** Its policy is to delete everything: to let it go, nothing else has to be understood. */
      readonly deletes: boolean
    }

/** The part of a CodeLabWorkspace that is kept. Lists do not repeat kind and version, so they are not asked for. */
export function knownWorkspace(object: KubeObject): KnownWorkspace {
  const { success, data, error } = Workspace.safeParse({
    ...object,
    apiVersion: Workspace.shape.apiVersion.value,
    kind: Workspace.shape.kind.value,
  })
  if (success) return { workspace: data }
  const problem = error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join('; ')
  const {
    name,
    namespace = '',
    uid,
    resourceVersion,
    deletionTimestamp,
    finalizers,
  } = object.metadata
  const { spec } = object as { spec?: { deletionPolicy?: unknown } }
  return {
    deletes: spec?.deletionPolicy === 'Delete',
    workspace: undefined,
    problem,
    object: {
      metadata: {
        name,
        namespace,
        ...(uid && { uid }),
        ...(resourceVersion && { resourceVersion }),
        ...(deletionTimestamp && { deletionTimestamp }),
        ...(finalizers && { finalizers }),
      },
    },
  }
}
