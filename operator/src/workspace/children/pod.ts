import type {
  V1Container,
  V1PodSpec,
  V1PodTemplateSpec,
  V1ResourceRequirements,
  V1Volume,
} from '@kubernetes/client-node'
import type { Resources } from '@codelab/contracts/workspace-parts'
import type { Workspace } from '@codelab/contracts/workspace'
import { annotationNames, labelsOf, selectorOf } from '../labels.ts'
import { serviceAccountName } from '../names.ts'
import type { Observed } from '../observed.ts'
import { amountOf } from '../../kube/quantity.ts'
import type { Settings } from '../settings.ts'
import { secretsHash } from './environment.ts'

/** Nobody in particular; the image's files may be read by all. */
export const ownUser = 10_001

/** A container but for its rights, which are the same for all. */
export type Container = Omit<V1Container, 'securityContext'>

/** A container that passes Pod Security `restricted`, with nothing writable but what is mounted. */
export const hardened = (container: Container): V1Container => ({
  ...container,
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
  },
})

/** A folder that lives as long as its pod. */
export const scratch = (name: string, sizeLimit: string): V1Volume => ({
  name,
  emptyDir: { sizeLimit },
})

type Amounts = { readonly cpu: string; readonly memory: string }
type Defaults = { readonly requests: Amounts; readonly limits: Amounts }

/** Logs and scratch folders; a pod that writes more is ended. */
const disk = { requests: '32Mi', limits: '512Mi' }

/** The defaults, with what the spec gives over them. A default never contradicts what was given: it yields. */
export function resourcesOf(defaults: Defaults, given: Resources = {}): V1ResourceRequirements {
  const pair = (resource: 'cpu' | 'memory') => {
    const request = given.requests?.[resource]
    const limit = given.limits?.[resource]
    const atMost = limit ?? defaults.limits[resource]
    const aside = request ?? defaults.requests[resource]
    if (amountOf(aside) <= amountOf(atMost)) return [aside, atMost].map(String)
    return request === undefined ? [atMost, atMost].map(String) : [aside, aside].map(String)
  }
  const [cpu, memory] = [pair('cpu'), pair('memory')]
  return {
    requests: { cpu: cpu[0]!, memory: memory[0]!, 'ephemeral-storage': disk.requests },
    limits: { cpu: cpu[1]!, memory: memory[1]!, 'ephemeral-storage': disk.limits },
  }
}

type Pod = {
  readonly component: string
  readonly user: number
  readonly spec: Pick<V1PodSpec, 'containers'> & Partial<V1PodSpec>
  readonly annotations?: Readonly<Record<string, string>>
  /** Pods of a Deployment are spread per template, so that a roll-out's old ones do not count. */
  readonly templateLabel?: string
}

/**
 * What all pods have in common: no rights, no token, no variables of other Services, one user, spread over nodes and zones.
 * Without `observed` a changed Secret is no reason for other pods.
 */
export function podTemplate(
  workspace: Workspace,
  observed: Observed | undefined,
  settings: Settings,
  { component, user, spec, annotations = {}, templateLabel }: Pod,
): V1PodTemplateSpec {
  const spread = (topologyKey: string) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selectorOf(workspace, component) },
    ...(templateLabel && { matchLabelKeys: [templateLabel] }),
  })
  const pod: V1PodSpec = {
    serviceAccountName: serviceAccountName(workspace),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...(settings.image.pullSecrets.length > 0 && {
      imagePullSecrets: settings.image.pullSecrets.map((name) => ({ name })),
    }),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: [
      spread('kubernetes.io/hostname'),
      spread('topology.kubernetes.io/zone'),
    ],
    ...spec,
  }
  const secrets = observed && secretsHash(pod, observed)
  return {
    metadata: {
      labels: labelsOf(workspace, component),
      annotations: { ...annotations, ...(secrets && { [annotationNames.secrets]: secrets }) },
    },
    spec: pod,
  }
}
