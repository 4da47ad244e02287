import { digestOfFields } from '../kube/field-digest.ts'
import type { KubeObject, ObjectMeta } from '../kube/object.ts'
import { ownedFields } from '../kube/owned-fields.ts'
import { managedBy } from '../workspace/labels.ts'
import { type PodCounts, podCounts, workloadTrouble } from './workload.ts'

/** What is kept of an object that may be a child: enough to say whose it is, whether it is as it was applied, and how it does. */
export type KnownObject = {
  readonly kind: string
  readonly name: string
  readonly namespace: string
  readonly uid: string
  readonly version: string
  /** Labels and owners, as far as they tell whose it is. */
  readonly meta: ObjectMeta
  /** Of the fields that we applied; undefined: none. */
  readonly digest: string | undefined
  readonly pods?: PodCounts | undefined
  /** The number of pods, where it is us who set it. */
  readonly scaledTo?: number | undefined
  readonly trouble?: string | undefined
  /** Of a Job. */
  readonly complete?: boolean
}

const telling = ['app.kubernetes.io/managed-by', 'app.kubernetes.io/instance'] as const

/** Whose it is. */
export function identityOf({ metadata }: KubeObject): ObjectMeta {
  const { name, namespace, labels = {}, ownerReferences, deletionTimestamp } = metadata
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    labels: Object.fromEntries(
      telling.flatMap((label) => (labels[label] === undefined ? [] : [[label, labels[label]]])),
    ),
    ...(ownerReferences && { ownerReferences }),
    ...(deletionTimestamp && { deletionTimestamp }),
  }
}

type Job = KubeObject & {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
  }
}

const isComplete = ({ status }: Job): boolean =>
  status?.conditions?.some((each) => each.type === 'Complete' && each.status === 'True') ?? false

/** What is kept of a Deployment or StatefulSet beside. */
const workloadOf = (object: KubeObject, owned: Record<string, unknown> | undefined) => ({
  pods: podCounts(object),
  trouble: workloadTrouble(object),
  scaledTo: (owned?.['spec'] as { replicas?: number } | undefined)?.replicas,
})

/** The part of an object that is kept. `kind` is given, since lists do not repeat it. */
export const knownObject =
  (kind: string) =>
  (object: KubeObject): KnownObject => {
    const owned = ownedFields(object, managedBy)
    return {
      kind,
      name: object.metadata.name,
      namespace: object.metadata.namespace ?? '',
      uid: object.metadata.uid ?? '',
      version: object.metadata.resourceVersion ?? '',
      meta: identityOf(object),
      digest: owned && digestOfFields(owned),
      ...((kind === 'Deployment' || kind === 'StatefulSet') && workloadOf(object, owned)),
      ...(kind === 'Job' && { complete: isComplete(object) }),
    }
  }
