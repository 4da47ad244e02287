import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { childResources } from '@codelab/operator/cluster/cluster'
import type { Resource } from '@codelab/operator/kube/resources'
import { resources } from '@codelab/operator/kube/resources'
import { leaseRights, type Right, rights } from '@codelab/operator/kube/rights'
import type { Access } from '../../cluster/harness/access.ts'
import { auditPosition, isWrite, readAudit } from '../../cluster/harness/audit.ts'
import { until } from '../until.ts'
import { type Any, createKubeApi } from './kube-api.ts'
import { startOperator, type Wanted } from './operator-in-test.ts'
import { allWell, startStandInKubelet } from './stand-in-kubelet.ts'
import { openai, type SpecInput } from './workspaces.ts'

const crd = resolve(import.meta.dirname, '../../../crds/codelab.dev_codelabworkspaces.yaml')

const ruleOf = ({ apiGroup, resource, verbs }: Right) => ({
  apiGroups: [apiGroup],
  resources: [resource],
  verbs,
})

/** The Role of the chart's operator, for one user in one namespace. */
const grants = (namespace: string, user: string) =>
  [
    { kind: 'Role', rules: [...rights, ...leaseRights].map(ruleOf) },
    {
      kind: 'RoleBinding',
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'operator' },
      subjects: [{ kind: 'User', name: user, apiGroup: 'rbac.authorization.k8s.io' }],
    },
  ].map((object) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    metadata: { name: 'operator', namespace },
    ...object,
  }))

/** Makes the resource known to an API server, once. */
export async function installDefinition({ kubectl }: Access): Promise<void> {
  await kubectl(['apply', '--server-side', '-f', crd])
  await kubectl(['wait', '--for=condition=Established', '-f', crd])
}

export type Tenant = Awaited<ReturnType<typeof createTenant>>

export const least: SpecInput = { models: { providers: [openai] } }

/** Every kind that a workspace's children are of, Secrets too. */
export const childKinds: readonly Resource[] = [resources.secrets, ...childResources]

const childLabels = (workspace: string) =>
  `app.kubernetes.io/managed-by=codelab-operator,app.kubernetes.io/instance=${workspace}`

export type Condition = {
  status: string
  reason: string
  message: string
  [field: string]: unknown
}

export const conditionOf = (workspace: Any | undefined, type: string): Condition | undefined =>
  (workspace?.['status']?.conditions as { type: string }[] | undefined)?.find(
    (condition) => condition.type === type,
  ) as Condition | undefined

/** A namespace of its own with a user who is an operator there and nowhere else. */
export async function createTenant(access: Access) {
  const namespace = `t-${randomBytes(4).toString('hex')}`
  const user = `operator-of-${namespace}`
  const api = createKubeApi(access.kubeconfigPath)
  const kubeconfig = await access.kubeconfigFor({ user })
  await api.ask('POST', '/api/v1/namespaces', { body: { metadata: { name: namespace } } })
  for (const grant of grants(namespace, user))
    await api.ask(
      'POST',
      `/apis/${grant.apiVersion}/namespaces/${namespace}/${grant.kind.toLowerCase()}s`,
      { body: grant },
    )
  const running: { stop(): Promise<void> }[] = []
  const { workspaces } = resources

  const get = (resource: Resource, name: string) => api.get(resource, namespace, name)
  const tenant = {
    namespace,
    user,
    kubeconfig,
    access,
    api,
    get,
    at: (name: string) => ({ namespace, name }),
    async operator(wanted: Partial<Wanted> = {}) {
      const operator = await startOperator({
        kubeconfig,
        home: namespace,
        watches: [namespace],
        ...wanted,
      })
      running.push(operator)
      return operator
    },
    /** Says what a kubelet would say of the pods that controllers make. */
    kubelet(judge = allWell) {
      const kubelet = startStandInKubelet(api, namespace, judge)
      running.push(kubelet)
      return kubelet
    },
    secret: (name: string, values: Record<string, string>) =>
      api.create(resources.secrets, namespace, { metadata: { name }, stringData: values }),
    create: (spec: Partial<SpecInput> = {}, name = 'acme') =>
      api.create(workspaces, namespace, { metadata: { name }, spec: { ...least, ...spec } }),
    /** A merge patch of the spec. */
    change: (spec: object, name = 'acme') => api.merge(workspaces, { namespace, name }, { spec }),
    workspace: (name = 'acme') => get(workspaces, name),
    /** By `<Kind>/<name>`. */
    async children(workspace = 'acme'): Promise<Map<string, Any>> {
      const lists = await Promise.all(
        childKinds.map((kind) => api.list(kind, namespace, childLabels(workspace))),
      )
      return new Map(
        lists.flat().map((object) => [`${object.kind}/${object.metadata.name}`, object]),
      )
    },
    /** Waits for a condition of a workspace; answers it. */
    condition: (
      type: string,
      holds: (condition: Condition) => boolean,
      { name = 'acme', withinMs = 30_000 }: { name?: string; withinMs?: number } = {},
    ): Promise<Condition> => {
      let last: Condition | undefined
      return until(
        () => `${type} of ${name}; it is ${JSON.stringify(last)}`,
        async () => {
          last = conditionOf(await tenant.workspace(name), type)
          return last && holds(last) ? last : undefined
        },
        withinMs,
      )
    },
    reason: (type: string, reason: string, name = 'acme') =>
      tenant.condition(type, (condition) => condition.reason === reason, { name }),
    /** Waits until every child of the spec's present generation was written: the status is written after them. */
    settled: async (name = 'acme'): Promise<Any> =>
      until(
        `the status of ${name} to speak of its spec`,
        async () => {
          const workspace = await tenant.workspace(name)
          const seen = workspace?.['status']?.observedGeneration
          return seen === workspace?.metadata.generation ? workspace : undefined
        },
        120_000,
      ),
    /** What the operators of this namespace wrote, leases and events left out. */
    async writes(from = 0) {
      const events = await readAudit(access.auditLog, { user, namespace, from })
      return events
        .filter(isWrite)
        .filter(({ objectRef }) => !['leases', 'events'].includes(objectRef?.resource ?? ''))
        .map(({ verb, objectRef, responseStatus, requestURI }) => ({
          verb,
          what: `${objectRef?.resource}${objectRef?.subresource ? `/${objectRef.subresource}` : ''}/${objectRef?.name ?? ''}`,
          code: responseStatus?.code ?? 0,
          uri: requestURI,
        }))
    },
    position: () => auditPosition(access.auditLog),
    /** No write of the operator for a while; answers the position in the audit log after it. */
    async quiet(forMs = 1_200): Promise<number> {
      let count = -1
      let since = performance.now()
      const from = await tenant.position()
      await until(
        'the operator to write nothing any more',
        async () => {
          const now = (await tenant.writes(from)).length
          if (now !== count) since = performance.now()
          count = now
          // The log is long, and everything else waits for the same processors.
          await new Promise((resolve) => setTimeout(resolve, 100))
          return performance.now() - since > forMs
        },
        90_000,
      )
      return tenant.position()
    },
    async end(): Promise<void> {
      await Promise.all(running.map((each) => each.stop()))
      await api.ask('DELETE', `/api/v1/namespaces/${namespace}`)
      await api.close()
    },
  }
  return tenant
}
