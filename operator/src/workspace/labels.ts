import { workspaceResource } from '@codelab/contracts/workspace'
import type { ObjectMeta, OwnerReference } from '../kube/object.ts'

type Named = { readonly metadata: { readonly name: string; readonly uid: string } }

export const managedBy = 'codelab-operator'
export const annotationNames = {
  version: 'codelab.dev/version',
  settings: 'codelab.dev/settings-hash',
  secrets: 'codelab.dev/secrets-hash',
} as const

/** What selects the pods of one part; it never changes, since a Deployment's selector cannot. */
export const selectorOf = ({ metadata }: Named, component: string) => ({
  'app.kubernetes.io/name': 'codelab',
  'app.kubernetes.io/instance': metadata.name,
  'app.kubernetes.io/component': component,
})

/** The labels of every child. */
export const labelsOf = (workspace: Named, component: string) => ({
  ...selectorOf(workspace, component),
  'app.kubernetes.io/part-of': 'codelab',
  'app.kubernetes.io/managed-by': managedBy,
})

/** A label selector, as text, for all children of a workspace. */
export const childrenSelector = ({ metadata }: Named): string =>
  `app.kubernetes.io/managed-by=${managedBy},app.kubernetes.io/instance=${metadata.name}`

export const ownerReference = ({ metadata }: Named): OwnerReference => ({
  apiVersion: workspaceResource.apiVersion,
  kind: workspaceResource.kind,
  name: metadata.name,
  uid: metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
})

/**
 * Whether an object under a child's name is a child of this workspace: owned by it or, without any controlling owner (what
 * `Retain` left behind), labelled as its child. Anything else is somebody else's and is never touched.
 */
export function isOurs(workspace: Named, { labels, ownerReferences }: ObjectMeta): boolean {
  const owner = ownerReferences?.find(({ controller }) => controller)
  if (owner) return owner.uid === workspace.metadata.uid
  return (
    labels?.['app.kubernetes.io/managed-by'] === managedBy &&
    labels['app.kubernetes.io/instance'] === workspace.metadata.name
  )
}
