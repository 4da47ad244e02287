import type { V1PodSpec } from '@kubernetes/client-node'

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

/** What Kubernetes' Pod Security standard `restricted` has against a pod; and, beyond it, a writable root and an API token. */
export function securityComplaints(pod: V1PodSpec): string[] {
  const complaints: string[] = []
  const expectThat = (holds: boolean | undefined, complaint: string) => {
    if (!holds) complaints.push(complaint)
  }
  const { securityContext = {}, volumes = [], containers, initContainers = [] } = pod
  expectThat(!pod.hostNetwork && !pod.hostPID && !pod.hostIPC, 'uses a namespace of the host')
  expectThat(securityContext.runAsNonRoot, 'may run as root')
  expectThat(securityContext.runAsUser !== 0, 'runs as root')
  expectThat(securityContext.seccompProfile?.type === 'RuntimeDefault', 'has no seccomp profile')
  expectThat((securityContext.sysctls ?? []).length === 0, 'sets sysctls')
  expectThat(pod.automountServiceAccountToken === false, 'has a service account token')
  for (const { name, ...source } of volumes) {
    const [type = 'none'] = Object.keys(source)
    expectThat(volumeTypes.has(type), `volume ${name} is a ${type}`)
    expectThat(
      !source.emptyDir || source.emptyDir.sizeLimit !== undefined,
      `volume ${name} has no limit`,
    )
  }
  for (const { name, securityContext: own = {}, ports = [] } of [
    ...containers,
    ...initContainers,
  ]) {
    expectThat(own.allowPrivilegeEscalation === false, `${name} may gain rights`)
    expectThat(!own.privileged, `${name} is privileged`)
    expectThat(own.capabilities?.drop?.includes('ALL'), `${name} keeps capabilities`)
    expectThat((own.capabilities?.add ?? []).length === 0, `${name} adds capabilities`)
    expectThat(own.runAsUser !== 0, `${name} runs as root`)
    expectThat(own.readOnlyRootFilesystem, `${name} can write to its root`)
    expectThat(
      ports.every(({ hostPort }) => hostPort === undefined),
      `${name} takes a port of the host`,
    )
  }
  return complaints
}
