import { type Build, type Child, metadataOf } from '../child.ts'
import { childName } from '../names.ts'
import { componentOf, processNames } from '../processes.ts'

/** Where it is asked for, the cluster chooses the number of pods, and the Deployment then names none. */
export const autoscalersFor: Build<Child[]> = (workspace) => {
  if (workspace.spec.suspended) return undefined
  return processNames.flatMap((process) => {
    const { autoscaling } = componentOf(workspace, process)
    if (!autoscaling) return []
    const { minReplicas, maxReplicas, targetCPUUtilization } = autoscaling
    const name = childName(workspace, process)
    return [
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: metadataOf(workspace, name, process),
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
          minReplicas,
          maxReplicas,
          metrics: [
            {
              type: 'Resource',
              resource: {
                name: 'cpu',
                target: { type: 'Utilization', averageUtilization: targetCPUUtilization },
              },
            },
          ],
        },
      },
    ]
  })
}
