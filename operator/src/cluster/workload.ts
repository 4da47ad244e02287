import type { KubeObject } from '../kube/object.ts'

/** Pods of a Deployment or StatefulSet: wanted by its spec, there at all, ready, and of the present template. */
export type PodCounts = {
  readonly desired: number
  readonly total: number
  readonly ready: number
  readonly updated: number
}

type Condition = {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

type Workload = KubeObject & {
  readonly spec?: { readonly replicas?: number }
  readonly status?: {
    readonly observedGeneration?: number
    readonly replicas?: number
    readonly readyReplicas?: number
    readonly updatedReplicas?: number
    readonly conditions?: readonly Condition[]
  }
}

/** A status that speaks of an older spec knows nothing of the present template. */
export function podCounts({ metadata, spec, status }: Workload): PodCounts {
  const upToDate = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 1)
  return {
    desired: spec?.replicas ?? 1,
    total: status?.replicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    updated: upToDate ? (status?.updatedReplicas ?? 0) : 0,
  }
}

const stuck = ({ type, status, reason }: Condition): boolean =>
  (type === 'Progressing' && status === 'False' && reason === 'ProgressDeadlineExceeded') ||
  (type === 'ReplicaFailure' && status === 'True')

/** What a Deployment says of itself when it does not come on: past its deadline, or pods that are refused. */
export const workloadTrouble = ({ status }: Workload): string | undefined =>
  status?.conditions?.find(stuck)?.message
