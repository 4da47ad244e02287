import type { V1PodSpec, V1Volume } from '@kubernetes/client-node'
import type { Workspace } from '@codelab/contracts/workspace'
import { metadataOf, type Workload } from '../child.ts'
import { selectorOf } from '../labels.ts'
import { childName, secretNames } from '../names.ts'
import type { Observed } from '../observed.ts'
import type { Settings } from '../settings.ts'
import { type Container, hardened, podTemplate } from './pod.ts'

/** The user of the official images of PostgreSQL and Valkey. */
const storeUser = 999

const passwordFolder = '/run/secrets/codelab'
/** Where a store finds its password. */
export const passwordFile = `${passwordFolder}/password`

type Store = {
  readonly part: 'postgres' | 'redis'
  readonly container: Container
  readonly volumes: readonly V1Volume[]
  readonly pod: Partial<V1PodSpec>
}

const passwordOf = (workspace: Workspace, part: Store['part']): V1Volume => ({
  name: 'password',
  projected: {
    defaultMode: 0o440,
    sources: [
      {
        secret: {
          name: secretNames(workspace)[part],
          items: [{ key: 'password', path: 'password' }],
        },
      },
    ],
  },
})

/** A store of the workspace's own: one pod, never two at once, its password as a file. */
export function storeFor(
  workspace: Workspace,
  observed: Observed,
  settings: Settings,
  { part, container, volumes, pod }: Store,
): Workload {
  const name = childName(workspace, part)
  const mounts = [
    ...(container.volumeMounts ?? []),
    { name: 'password', mountPath: passwordFolder, readOnly: true },
  ]
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadataOf(workspace, name, part),
    spec: {
      replicas: workspace.spec.suspended ? 0 : 1,
      serviceName: name,
      // A pod that never became ready is replaced as soon as its template is mended.
      podManagementPolicy: 'Parallel',
      revisionHistoryLimit: 3,
      selector: { matchLabels: selectorOf(workspace, part) },
      template: podTemplate(workspace, observed, settings, {
        component: part,
        user: storeUser,
        spec: {
          ...pod,
          containers: [hardened({ ...container, volumeMounts: mounts })],
          volumes: [passwordOf(workspace, part), ...volumes],
        },
      }),
    },
  }
}
