import { wantedChildren } from '@codelab/operator/workspace/desired'
import { childOf } from '../../../../support/operator/pods.ts'
import {
  allWell,
  settings,
  type SpecInput,
  workspaceWith,
} from '../../../../support/operator/workspaces.ts'

const childrenOf = (spec: Partial<SpecInput> = {}) => {
  const workspace = workspaceWith(spec)
  return wantedChildren(workspace, allWell(workspace), settings)
}
const namesOf = (kind: string, spec: Partial<SpecInput> = {}) =>
  childrenOf(spec)
    .filter((child) => child.kind === kind)
    .map(({ metadata }) => metadata.name)

test('one ServiceAccount, without a token', () => {
  expect(namesOf('ServiceAccount')).toEqual(['acme-workspace'])
  expect(childOf(childrenOf(), 'ServiceAccount', 'acme-workspace')).toMatchObject({
    automountServiceAccountToken: false,
  })
})

test('Services have the ports of the wire', () => {
  const ports = childrenOf()
    .filter(({ kind }) => kind === 'Service')
    .map((child) => [
      child.metadata.name,
      (child['spec'] as { ports: { port: number }[] }).ports.map(({ port }) => port),
    ])
  expect(Object.fromEntries(ports)).toEqual({
    'acme-gateway': [8000],
    'acme-agent': [8001],
    'acme-llm-proxy': [8002],
    'acme-auth': [8003],
    'acme-postgres': [5432],
    'acme-redis': [6379],
  })
})

test('an Ingress only where a host is named, with the gateway as its one backend', () => {
  expect(namesOf('Ingress')).toEqual([])
  expect(namesOf('Ingress', { access: { url: 'https://front.example.com' } })).toEqual([])
  const access = {
    host: 'acme.example.com',
    ingressClassName: 'nginx',
    tls: { secretName: 'acme-tls' },
    annotations: { 'cert-manager.io/cluster-issuer': 'ca' },
  }
  const ingress = childOf(childrenOf({ access }), 'Ingress', 'acme-gateway')
  expect(ingress.metadata.annotations).toEqual(access.annotations)
  expect(ingress['spec']).toEqual({
    ingressClassName: 'nginx',
    tls: [{ hosts: ['acme.example.com'], secretName: 'acme-tls' }],
    rules: [
      {
        host: 'acme.example.com',
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: 'acme-gateway', port: { name: 'http' } } },
            },
          ],
        },
      },
    ],
  })
})

test('disruption budgets for what has several pods, or may have them', () => {
  const spec = {
    gateway: { replicas: 2 },
    worker: { autoscaling: { maxReplicas: 4 } },
    auth: { autoscaling: { maxReplicas: 1 } },
  }
  expect(namesOf('PodDisruptionBudget')).toEqual([])
  expect(namesOf('PodDisruptionBudget', spec)).toEqual(['acme-gateway', 'acme-worker'])
  expect(namesOf('PodDisruptionBudget', { ...spec, suspended: true })).toEqual([])
  expect(childOf(childrenOf(spec), 'PodDisruptionBudget', 'acme-gateway')['spec']).toMatchObject({
    maxUnavailable: 1,
  })
})

test('an autoscaler where one is asked for, gone while suspended since it would start pods', () => {
  const spec = { llmProxy: { autoscaling: { maxReplicas: 6, targetCPUUtilization: 60 } } }
  expect(namesOf('HorizontalPodAutoscaler', spec)).toEqual(['acme-llm-proxy'])
  expect(namesOf('HorizontalPodAutoscaler', { ...spec, suspended: true })).toEqual([])
  const child = childOf(childrenOf(spec), 'HorizontalPodAutoscaler', 'acme-llm-proxy')
  expect(child['spec']).toMatchObject({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'acme-llm-proxy' },
    minReplicas: 1,
    maxReplicas: 6,
    metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 60 } } }],
  })
})
