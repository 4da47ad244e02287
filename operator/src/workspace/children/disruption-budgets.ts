import { type Build, type Child, metadataOf } from '../child.ts'
import { selectorOf } from '../labels.ts'
import { childName } from '../names.ts'
import { componentOf, processNames } from '../processes.ts'

/** One pod at a time where there are several. A single pod has none: it could never be moved off a node. */
export const disruptionBudgetsFor: Build<Child[]> = (workspace) => {
  if (workspace.spec.suspended) return undefined
  return processNames
    .filter((process) => {
      const { replicas, autoscaling } = componentOf(workspace, process)
      return (autoscaling?.minReplicas ?? replicas ?? 1) > 1
    })
    .map((process) => ({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: metadataOf(workspace, childName(workspace, process), process),
      spec: {
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: { matchLabels: selectorOf(workspace, process) },
      },
    }))
}
