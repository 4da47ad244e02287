import { type Build, type Child, metadataOf } from '../child.ts'
import { selectorOf } from '../labels.ts'
import { childName } from '../names.ts'
import { componentOf, processNames } from '../processes.ts'

/** One pod at a time where there are several, or may be. What is always a single pod has none: there is nothing to keep. */
export const disruptionBudgetsFor: Build<Child[]> = (workspace) => {
  if (workspace.spec.suspended) return undefined
  return processNames
    .filter((process) => {
      const { replicas, autoscaling } = componentOf(workspace, process)
      return (autoscaling?.maxReplicas ?? replicas ?? 1) > 1
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
