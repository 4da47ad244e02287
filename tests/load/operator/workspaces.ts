import { KubeConfig } from '@kubernetes/client-node'
import { createKubeClient } from '@codelab/operator/kube/client'
import { createConnection } from '@codelab/operator/kube/connection'
import type { KubeObject } from '@codelab/operator/kube/object'
import { resources } from '@codelab/operator/kube/resources'
import type { Kubectl } from '../../cluster/harness/kubectl.ts'

/** A client of the cluster that a configuration file names. */
export function openClient(kubeconfig: string) {
  const connection = createConnection({
    load() {
      const config = new KubeConfig()
      config.loadFromFile(kubeconfig)
      return config
    },
  })
  return { client: createKubeClient({ connection }), close: () => connection.close() }
}

/** The shortest complete workspace: one provider, everything else by default. */
export const shortWorkspace = (
  namespace: string,
  name: string,
): KubeObject & { spec: unknown } => ({
  apiVersion: resources.workspaces.apiVersion,
  kind: resources.workspaces.kind,
  metadata: { namespace, name },
  spec: {
    models: {
      providers: [
        { name: 'demo', type: 'openai', baseURL: 'http://models.default.svc/v1', models: ['demo'] },
      ],
    },
  },
})

/** Installs the resource and makes namespaces for workspaces. */
export async function prepare(kubectl: Kubectl, crd: string, namespaces: readonly string[]) {
  await kubectl(['apply', '--server-side', '-f', crd])
  await kubectl(['wait', '--for=condition=Established', 'crd/codelabworkspaces.codelab.dev'])
  for (const namespace of namespaces) await kubectl(['create', 'namespace', namespace])
}
