import type { Installed } from './installed.ts'

/** Stores that a platform team runs by itself: a PostgreSQL and a Redis in a namespace of their own. */
export type ExternalStores = {
  /** Their addresses, with a password that they take or another one. */
  postgres(password?: string): string
  redis(password?: string): string
}

const namespace = 'stores'
const password = 'external-password'

type Store = {
  readonly name: string
  readonly port: number
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  readonly args?: readonly string[]
}

const stores: readonly Store[] = [
  {
    name: 'postgres',
    port: 5432,
    env: { POSTGRES_USER: 'team', POSTGRES_DB: 'team', POSTGRES_PASSWORD: password },
    folder: '/var/lib/postgresql',
    args: ['postgres', '-c', 'listen_addresses=*'],
  },
  {
    name: 'redis',
    port: 6379,
    env: {},
    folder: '/data',
    args: ['redis-server', '--requirepass', password, '--dir', '/data'],
  },
]

const objectsOf = ({ name, port, env, folder, args }: Store) => [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: { app: name }, ports: [{ port }] },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 999,
            fsGroup: 999,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name,
              image: `localhost/${name}:1`,
              imagePullPolicy: 'IfNotPresent',
              args,
              env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
              readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
              volumeMounts: [{ name: 'data', mountPath: folder }],
            },
          ],
          volumes: [{ name: 'data', emptyDir: {} }],
        },
      },
    },
  },
]

/** Starts both and waits until they answer. */
export async function startExternalStores({
  cluster: { kubectl },
  namespace: makeNamespace,
}: Pick<Installed, 'cluster' | 'namespace'>): Promise<ExternalStores> {
  await makeNamespace(namespace)
  const list = { apiVersion: 'v1', kind: 'List', items: stores.flatMap(objectsOf) }
  await kubectl(['apply', '-f', '-'], { input: JSON.stringify(list) })
  for (const { name } of stores)
    await kubectl(['rollout', 'status', `deploy/${name}`, '-n', namespace, '--timeout=90s'])
  const at = (name: string) => `${name}.${namespace}.svc`
  return {
    postgres: (given = password) => `postgresql://team:${given}@${at('postgres')}:5432/team`,
    redis: (given = password) => `redis://default:${given}@${at('redis')}:6379`,
  }
}
