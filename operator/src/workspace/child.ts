import type { V1PodTemplateSpec } from '@kubernetes/client-node'
import type { Workspace } from '@codelab/contracts/workspace'
import type { KubeObject } from '../kube/object.ts'
import { labelsOf, ownerReference } from './labels.ts'
import type { Observed } from './observed.ts'
import type { Settings } from './settings.ts'

/** A child as it is applied: whole, plain JSON, deterministic. */
export type Child = KubeObject & {
  readonly apiVersion: string
  readonly kind: string
  readonly [field: string]: unknown
}

/** A child with pods. */
export type Workload = Child & {
  readonly spec: { readonly template: V1PodTemplateSpec; readonly [field: string]: unknown }
}

/** One file per kind of child holds one of these. Undefined: this spec wants no such child. */
export type Build<Result = Child> = (
  workspace: Workspace,
  observed: Observed,
  settings: Settings,
) => Result | undefined

/** Name, labels and owner. What outlives the workspace under `Retain` gives `outlives`. */
export const metadataOf = (
  workspace: Workspace,
  name: string,
  component: string,
  outlives = false,
) => ({
  name,
  namespace: workspace.metadata.namespace,
  labels: labelsOf(workspace, component),
  ...(!(outlives && workspace.spec.deletionPolicy === 'Retain') && {
    ownerReferences: [ownerReference(workspace)],
  }),
})
