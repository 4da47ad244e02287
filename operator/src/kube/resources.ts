import type { KubeObject } from './object.ts'

/** A kind and where the API server keeps it. All of ours are namespaced. */
export type Resource = {
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
}

const of = (apiVersion: string, kind: string, plural: string): Resource => ({
  apiVersion,
  kind,
  plural,
})

/** Every kind that the operator reads or writes. */
export const resources = {
  workspaces: of('codelab.dev/v1alpha1', 'CodeLabWorkspace', 'codelabworkspaces'),
  secrets: of('v1', 'Secret', 'secrets'),
  configMaps: of('v1', 'ConfigMap', 'configmaps'),
  services: of('v1', 'Service', 'services'),
  serviceAccounts: of('v1', 'ServiceAccount', 'serviceaccounts'),
  volumeClaims: of('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  pods: of('v1', 'Pod', 'pods'),
  deployments: of('apps/v1', 'Deployment', 'deployments'),
  statefulSets: of('apps/v1', 'StatefulSet', 'statefulsets'),
  jobs: of('batch/v1', 'Job', 'jobs'),
  ingresses: of('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  networkPolicies: of('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  disruptionBudgets: of('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  autoscalers: of('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  events: of('events.k8s.io/v1', 'Event', 'events'),
  leases: of('coordination.k8s.io/v1', 'Lease', 'leases'),
} as const satisfies Record<string, Resource>

const byKind = new Map(
  Object.values(resources).map((resource: Resource) => [
    `${resource.apiVersion} ${resource.kind}`,
    resource,
  ]),
)

/** The resource of an object that names its kind. Throws on a kind that is not listed: a fault of the program. */
export function resourceOf({ apiVersion, kind }: KubeObject): Resource {
  const resource = byKind.get(`${apiVersion} ${kind}`)
  if (!resource) throw new Error(`the operator knows no ${kind} of ${apiVersion}`)
  return resource
}

type Place = { namespace?: string | undefined; name?: string; subresource?: 'status' }

/** The path of a collection or an object; without a namespace, of the collection in all namespaces. */
export function pathOf(resource: Resource, { namespace, name, subresource }: Place): string {
  const group = resource.apiVersion.includes('/') ? 'apis' : 'api'
  const parts = [
    group,
    resource.apiVersion,
    ...(namespace === undefined ? [] : ['namespaces', segment(namespace)]),
    resource.plural,
    ...(name === undefined ? [] : [segment(name)]),
    ...(subresource ? [subresource] : []),
  ]
  return `/${parts.join('/')}`
}

/** Names come from resources that people write: one that is a path would lead elsewhere. */
function segment(name: string): string {
  if (name === '' || name === '.' || name === '..') throw new Error(`"${name}" names no object`)
  return encodeURIComponent(name)
}
