import { join } from 'node:path'
import type { Place } from './api-server.ts'
import { startComponent } from './api-server.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import type { Program } from './program.ts'

/** The configuration of one of the cluster's own programs, which reach the API server where they run. */
export const componentKubeconfig = (
  { folder, pki, ports }: Place,
  name: string,
  subject: { readonly common: string; readonly organizations?: readonly string[] },
): Promise<string> =>
  writeKubeconfig(join(folder, `${name}.kubeconfig`), {
    server: `https://127.0.0.1:${ports.api}`,
    authority: pki.authority,
    user: subject.common,
    credentials: pki.issue(subject),
  })

/** Alone, heard by nobody, and without the pauses between requests that spare a busy API server. */
const common = [
  '--bind-address=127.0.0.1',
  '--leader-elect=false',
  '--kube-api-qps=500',
  '--kube-api-burst=1000',
]

/** Garbage collection, namespaces, service accounts, Deployments and all else that follows from objects. */
export async function startControllerManager(place: Place, port: number): Promise<Program> {
  const name = 'kube-controller-manager'
  const kubeconfig = await componentKubeconfig(place, name, { common: `system:${name}` })
  const { pki, nodeAddress } = place
  return startComponent(place, name, [
    ...common,
    `--kubeconfig=${kubeconfig}`,
    `--secure-port=${port}`,
    `--cert-dir=${pki.path('generated')}`,
    '--use-service-account-credentials',
    `--service-account-private-key-file=${pki.path('service-account.key')}`,
    `--root-ca-file=${pki.path('ca.crt')}`,
    `--cluster-signing-cert-file=${pki.path('ca.crt')}`,
    `--cluster-signing-key-file=${pki.path('ca.key')}`,
    ...(nodeAddress ? ['--cluster-cidr=10.244.0.0/16', '--allocate-node-cidrs'] : []),
  ])
}

/** Gives pods their node. */
export async function startScheduler(place: Place, port: number): Promise<Program> {
  const name = 'kube-scheduler'
  const kubeconfig = await componentKubeconfig(place, name, { common: `system:${name}` })
  return startComponent(place, name, [
    ...common,
    `--kubeconfig=${kubeconfig}`,
    `--secure-port=${port}`,
    `--cert-dir=${place.pki.path('generated')}`,
  ])
}
