/** A rule of a Role, as Kubernetes writes it. */
export type Right = {
  readonly apiGroup: string
  readonly resource: string
  readonly verbs: readonly string[]
}

const right = (apiGroup: string, resource: string, ...verbs: readonly string[]): Right => ({
  apiGroup,
  resource,
  verbs: verbs.toSorted(),
})

const see = ['get', 'list', 'watch'] as const
/** Server-side apply is a patch, and creates what is not there with a right to create. */
const keep = [...see, 'create', 'patch'] as const

/** What the operator does in the namespaces whose workspaces it keeps; nothing else is granted. */
export const rights: readonly Right[] = [
  right('codelab.dev', 'codelabworkspaces', ...see, 'patch'),
  right('codelab.dev', 'codelabworkspaces/status', 'patch'),
  // Owner references that block the owner's deletion ask for this.
  right('codelab.dev', 'codelabworkspaces/finalizers', 'update'),
  // Values are read for their digests; a Secret is made once and only its owners are ever changed.
  right('', 'secrets', ...keep),
  right('', 'configmaps', ...keep, 'delete'),
  right('', 'services', ...keep, 'delete'),
  right('', 'serviceaccounts', ...keep, 'delete'),
  // Volumes hold data: none is ever deleted by us.
  right('', 'persistentvolumeclaims', ...keep),
  right('', 'pods', ...see),
  right('apps', 'deployments', ...keep, 'delete'),
  right('apps', 'statefulsets', ...keep, 'delete'),
  right('batch', 'jobs', ...keep, 'delete'),
  right('networking.k8s.io', 'ingresses', ...keep, 'delete'),
  right('networking.k8s.io', 'networkpolicies', ...keep, 'delete'),
  right('policy', 'poddisruptionbudgets', ...keep, 'delete'),
  right('autoscaling', 'horizontalpodautoscalers', ...keep, 'delete'),
  right('events.k8s.io', 'events', 'create', 'get', 'patch'),
]

/** What it does in its own namespace, for its Lease. */
export const leaseRights: readonly Right[] = [
  right('coordination.k8s.io', 'leases', 'create', 'get', 'update'),
]
