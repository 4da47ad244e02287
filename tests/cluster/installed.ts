import { resolve } from 'node:path'
import type { Cluster } from './harness/cluster.ts'
import { clusterImages } from './harness/cluster-images.ts'
import { exec } from './harness/exec.ts'
import { programPath } from './harness/programs.ts'
import { startCluster } from './harness/start-cluster.ts'
import { until } from '../support/until.ts'

const root = resolve(import.meta.dirname, '../..')
export const operatorChart = resolve(root, 'charts/codelab-operator')
export const workspaceChart = resolve(root, 'charts/codelab-workspace')

export const operatorNamespace = 'codelab-system'
const modelNamespace = 'models'

/** Where a workspace finds the stand-in model. */
export const modelAddress = `http://demo-model.${modelNamespace}.svc:8009/v1`

/** A cluster on which the operator is installed as a platform team does it. */
export type Installed = {
  readonly cluster: Cluster
  /** helm, for the administrator. */
  helm(args: readonly string[]): Promise<string>
  /** Makes a namespace that enforces Pod Security `restricted`. */
  namespace(name: string): Promise<void>
  down(): Promise<void>
}

const restricted = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name,
    labels: {
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
    },
  },
})

const model = (name: string) => ({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: modelNamespace },
      spec: { selector: { app: name }, ports: [{ port: 8009, targetPort: 8009 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: modelNamespace },
      spec: {
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            // Kubernetes would set DEMO_MODEL_PORT to an address.
            enableServiceLinks: false,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 10_001,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            containers: [
              {
                name,
                image: 'localhost/demo-model:1',
                imagePullPolicy: 'IfNotPresent',
                securityContext: {
                  allowPrivilegeEscalation: false,
                  capabilities: { drop: ['ALL'] },
                },
              },
            ],
          },
        },
      },
    },
  ],
})

/** Starts a cluster, puts a model into it and installs the operator with Helm, all in namespaces that enforce `restricted`. */
export async function installOperator({ audit = false } = {}): Promise<Installed> {
  const cluster = await startCluster({ images: await clusterImages(), audit })
  try {
    const { kubectl } = cluster
    const program = await programPath('helm')
    const helm = (args: readonly string[]) =>
      exec(program, [`--kubeconfig=${cluster.kubeconfigPath}`, ...args], { withinMs: 180_000 })
    const apply = (object: unknown) =>
      kubectl(['apply', '-f', '-'], { input: JSON.stringify(object) })
    const namespace = async (name: string) => {
      await apply(restricted(name))
      await until(`the service account of ${name}`, () =>
        kubectl(['get', 'serviceaccount', 'default', '-n', name]).catch(() => ''),
      )
    }
    for (const name of [operatorNamespace, modelNamespace]) await namespace(name)
    await apply(model('demo-model'))
    await helm([
      'upgrade',
      '--install',
      'codelab',
      operatorChart,
      `--namespace=${operatorNamespace}`,
      '--set=image.registry=localhost',
      '--set=workspaces.postgresImage=localhost/postgres:1',
      '--set=workspaces.redisImage=localhost/redis:1',
      '--wait',
      '--timeout=2m',
    ])
    await kubectl(['rollout', 'status', 'deploy/demo-model', '-n', modelNamespace], {
      withinMs: 120_000,
    })
    return { cluster, helm, namespace, down: () => cluster.down() }
  } catch (error) {
    await cluster.down()
    throw error
  }
}
