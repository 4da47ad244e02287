import type { V1EnvVar, V1PodSpec } from '@kubernetes/client-node'
import type { SecretRef } from '@codelab/contracts/workspace-parts'
import type { Workspace } from '@codelab/contracts/workspace'
import { endpointOf } from '../endpoint.ts'
import { childName, digestOf, secretNames } from '../names.ts'
import { digestIn, type Observed } from '../observed.ts'
import type { Settings } from '../settings.ts'

/** A variable with a plain value. The kubelet replaces `$(NAME)` in values, which text of people must not cause. */
export const plain = (name: string, value: string | number | boolean): V1EnvVar => ({
  name,
  value: String(value).replaceAll('$(', '$$$$('),
})

/** A variable whose value is a key of a Secret. */
export const secret = (name: string, { name: from, key }: SecretRef): V1EnvVar => ({
  name,
  valueFrom: { secretKeyRef: { name: from, key } },
})

/** The same, absent where the Secret or the key is. */
export const secretIfAny = (name: string, { name: from, key }: SecretRef): V1EnvVar => ({
  name,
  valueFrom: { secretKeyRef: { name: from, key, optional: true } },
})

/** The user and the database of a managed PostgreSQL. */
export const database = 'codelab'

/** How a process finds PostgreSQL. The driver takes the password beside the address, so that it may hold any character. */
export const databaseVariables = (workspace: Workspace): V1EnvVar[] => {
  const { external } = workspace.spec.postgres
  if (external) return [secret('DATABASE_URL', external.secretRef)]
  return [
    secret('PGPASSWORD', { name: secretNames(workspace).postgres, key: 'password' }),
    plain(
      'DATABASE_URL',
      `postgresql://${database}@${childName(workspace, 'postgres')}:5432/${database}`,
    ),
  ]
}

/** How a process finds Redis. */
export const redisVariables = (workspace: Workspace): V1EnvVar[] => {
  const { external } = workspace.spec.redis
  if (external) return [secret('REDIS_URL', external.secretRef)]
  return [
    secret('REDIS_PASSWORD', { name: secretNames(workspace).redis, key: 'password' }),
    {
      name: 'REDIS_URL',
      value: `redis://default:$(REDIS_PASSWORD)@${childName(workspace, 'redis')}:6379`,
    },
  ]
}

/** The token by which the workspace's services know each other. */
export const internalToken = (workspace: Workspace): V1EnvVar =>
  secret('INTERNAL_SERVICE_TOKEN', { name: secretNames(workspace).internal, key: 'token' })

/** Proves to auth that a forwarded address was written by the gateway, whatever address its pods have. */
export const forwardedToken = (workspace: Workspace): V1EnvVar =>
  secret('FORWARDED_TOKEN', { name: secretNames(workspace).internal, key: 'forwardedToken' })

/** Issuer and audience of the workspace's tokens. */
export const tokenVariables = (workspace: Workspace): V1EnvVar[] => [
  plain('ISSUER', endpointOf(workspace)),
  plain('WORKSPACE', `${workspace.metadata.namespace}/${workspace.metadata.name}`),
]

export const logVariables = ({ logLevel, otlpEndpoint }: Settings): V1EnvVar[] => [
  plain('LOG_LEVEL', logLevel),
  ...(otlpEndpoint ? [plain('OTEL_EXPORTER_OTLP_ENDPOINT', otlpEndpoint)] : []),
]

/** Every key of a Secret that the containers of a pod read, by variable or by file. */
export const secretsReadBy = ({ containers, volumes = [] }: V1PodSpec): SecretRef[] => [
  ...containers
    .flatMap(({ env = [] }) => env.map(({ valueFrom }) => valueFrom?.secretKeyRef))
    .flatMap((ref) => (ref?.name ? [{ name: ref.name, key: ref.key }] : [])),
  ...volumes
    .flatMap(({ projected }) => projected?.sources ?? [])
    .flatMap(({ secret: from }) =>
      (from?.items ?? []).map(({ key }) => ({ name: from?.name ?? '', key })),
    ),
]

/** Changes when a value that the pod reads does; undefined for a pod that reads none. */
export const secretsHash = (pod: V1PodSpec, observed: Observed): string | undefined => {
  const refs = secretsReadBy(pod)
  if (refs.length === 0) return undefined
  return digestOf(
    ...refs.flatMap((ref) => [ref.name, ref.key, digestIn(observed, ref) ?? '-missing-']),
  )
}
