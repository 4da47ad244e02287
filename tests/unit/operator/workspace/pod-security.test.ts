import type { V1Container, V1PodSecurityContext, V1PodSpec } from '@kubernetes/client-node'
import { gatewayFor } from '@codelab/operator/workspace/children/gateway'
import { podOf } from '../../../support/operator/pods.ts'
import { securityComplaints } from '../../../support/operator/pod-security.ts'
import { allWell, settings, workspaceWith } from '../../../support/operator/workspaces.ts'

const workspace = workspaceWith()
/** Their classes have no methods: plain objects to us. */
type Pod = Omit<V1PodSpec, never>
type Container = Omit<V1Container, never>
const good: Pod = podOf(gatewayFor(workspace, allWell(workspace), settings)!)
const context: Omit<V1PodSecurityContext, never> = good.securityContext!
const container: Container = good.containers[0]!
const withContainer = (change: Partial<Container>): Pod => ({
  ...good,
  containers: [{ ...container, name: 'x', ...change }],
})

/** The checker that other tests rely on, itself checked: each thing taken from a good pod is noticed. */
test.each<[string, Pod]>([
  ['uses a namespace of the host', { ...good, hostNetwork: true }],
  ['may run as root', { ...good, securityContext: { ...context, runAsNonRoot: false } }],
  ['runs as root', { ...good, securityContext: { ...context, runAsUser: 0 } }],
  ['has no seccomp profile', { ...good, securityContext: { runAsNonRoot: true } }],
  ['has a service account token', { ...good, automountServiceAccountToken: true }],
  ['volume v is a hostPath', { ...good, volumes: [{ name: 'v', hostPath: { path: '/' } }] }],
  ['volume v has no limit', { ...good, volumes: [{ name: 'v', emptyDir: {} }] }],
  ['x may gain rights', withContainer({ securityContext: {} })],
  ['x keeps capabilities', withContainer({ securityContext: { capabilities: {} } })],
  ['x can write to its root', withContainer({ securityContext: {} })],
  ['x takes a port of the host', withContainer({ ports: [{ containerPort: 1, hostPort: 1 }] })],
])('a pod that %s is noticed', (complaint, pod) => {
  expect(securityComplaints(good)).toEqual([])
  expect(securityComplaints(pod)).toContain(complaint)
})
