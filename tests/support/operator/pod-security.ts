import type { V1Container, V1PodSpec, V1Volume } from '@kubernetes/client-node'

const volumeTypes = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
])

/** The complaints whose expectation does not hold. */
const unmet = (expectations: readonly [holds: boolean | undefined, complaint: string][]) =>
  expectations.filter(([holds]) => !holds).map(([, complaint]) => complaint)

const ofPod = ({ securityContext = {}, ...pod }: V1PodSpec): string[] =>
  unmet([
    [!pod.hostNetwork && !pod.hostPID && !pod.hostIPC, 'uses a namespace of the host'],
    [securityContext.runAsNonRoot, 'may run as root'],
    [securityContext.runAsUser !== 0, 'runs as root'],
    [securityContext.seccompProfile?.type === 'RuntimeDefault', 'has no seccomp profile'],
    [(securityContext.sysctls ?? []).length === 0, 'sets sysctls'],
    [pod.automountServiceAccountToken === false, 'has a service account token'],
  ])

const ofVolume = ({ name, ...source }: V1Volume): string[] => {
  const [type = 'none'] = Object.keys(source)
  return unmet([
    [volumeTypes.has(type), `volume ${name} is a ${type}`],
    [!source.emptyDir || source.emptyDir.sizeLimit !== undefined, `volume ${name} has no limit`],
  ])
}

const ofContainer = ({ name, securityContext = {}, ports = [] }: V1Container): string[] =>
  unmet([
    [securityContext.allowPrivilegeEscalation === false, `${name} may gain rights`],
    [!securityContext.privileged, `${name} is privileged`],
    [securityContext.capabilities?.drop?.includes('ALL'), `${name} keeps capabilities`],
    [(securityContext.capabilities?.add ?? []).length === 0, `${name} adds capabilities`],
    [securityContext.runAsUser !== 0, `${name} runs as root`],
    [securityContext.readOnlyRootFilesystem, `${name} can write to its root`],
    [ports.every(({ hostPort }) => hostPort === undefined), `${name} takes a port of the host`],
  ])

/** What Kubernetes' Pod Security standard `restricted` has against a pod; and, beyond it, a writable root and an API token. */
export const securityComplaints = (pod: V1PodSpec): string[] => [
  ...ofPod(pod),
  ...(pod.volumes ?? []).flatMap(ofVolume),
  ...[...pod.containers, ...(pod.initContainers ?? [])].flatMap(ofContainer),
]
