import { type Resource, resources } from '@codelab/operator/kube/resources'
import type { Any } from './kube-api.ts'

type Draft = Any & { metadata: { labels: Record<string, string> } }

/** A change of one child of each kind that somebody makes by hand, and the same as fields that somebody applies. */
export type Edit = {
  readonly resource: Resource
  readonly name: string
  readonly change: (draft: Draft) => unknown
  readonly fields: Record<string, unknown>
  /** The value that is wrong until it is healed. */
  readonly at: (object: Any) => unknown
}

const labelled = { metadata: { labels: { 'app.kubernetes.io/component': 'wrong' } } }
const label = (draft: Draft) => (draft.metadata.labels['app.kubernetes.io/component'] = 'wrong')
const labelOf = ({ metadata }: Any) => metadata.labels?.['app.kubernetes.io/component']

/** One of each kind; of those that a cluster lets nobody change, the label. */
export const edits: readonly Edit[] = [
  {
    resource: resources.serviceAccounts,
    name: 'acme-workspace',
    change: (draft) => Object.assign(draft, { automountServiceAccountToken: true }),
    fields: { automountServiceAccountToken: true },
    at: (object) => object['automountServiceAccountToken'],
  },
  {
    resource: resources.networkPolicies,
    name: 'acme-deny-all',
    change: (draft) => (draft['spec'].policyTypes = ['Ingress']),
    fields: { spec: { podSelector: {}, policyTypes: ['Ingress'] } },
    at: (object) => object['spec'].policyTypes,
  },
  {
    resource: resources.configMaps,
    name: 'acme-providers',
    change: (draft) => (draft['data']['providers.json'] = '[]'),
    fields: { data: { 'providers.json': '[]' } },
    at: (object) => object['data']['providers.json'],
  },
  {
    resource: resources.volumeClaims,
    name: 'acme-postgres-data',
    change: label,
    fields: labelled,
    at: labelOf,
  },
  {
    resource: resources.services,
    name: 'acme-gateway',
    change: (draft) => (draft['spec'].selector = { app: 'other' }),
    fields: { spec: { selector: { 'app.kubernetes.io/component': 'other' } } },
    at: (object) => object['spec'].selector,
  },
  {
    resource: resources.statefulSets,
    name: 'acme-redis',
    change: (draft) => (draft['spec'].template.spec.containers[0].image = 'evil:1'),
    fields: { spec: { replicas: 3 } },
    at: ({ spec }) => [spec.replicas, spec.template.spec.containers[0].image],
  },
  {
    resource: resources.deployments,
    name: 'acme-agent',
    change: (draft) => (draft['spec'].template.spec.containers[0].securityContext = {}),
    fields: {
      spec: {
        replicas: 7,
        template: { spec: { containers: [{ name: 'agent', image: 'evil:1' }] } },
      },
    },
    at: ({ spec }) => [
      spec.replicas,
      spec.template.spec.containers[0].image,
      spec.template.spec.containers[0].securityContext,
    ],
  },
  {
    resource: resources.disruptionBudgets,
    name: 'acme-gateway',
    change: (draft) => (draft['spec'].maxUnavailable = '100%'),
    fields: { spec: { maxUnavailable: '100%' } },
    at: (object) => object['spec'].maxUnavailable,
  },
  {
    resource: resources.autoscalers,
    name: 'acme-worker',
    change: (draft) => (draft['spec'].maxReplicas = 40),
    fields: {
      spec: { maxReplicas: 40, scaleTargetRef: { kind: 'Deployment', name: 'acme-worker' } },
    },
    at: (object) => object['spec'].maxReplicas,
  },
  {
    resource: resources.ingresses,
    name: 'acme-gateway',
    change: (draft) => (draft['spec'].rules[0].host = 'evil.example.com'),
    fields: { spec: { rules: [{ host: 'evil.example.com' }] } },
    at: (object) => object['spec'].rules[0].host,
  },
]

/** A workspace that has a child of every kind. */
export const everyKind = {
  gateway: { replicas: 2 },
  worker: { autoscaling: { maxReplicas: 3 } },
  access: { host: 'acme.example.com' },
} as const
