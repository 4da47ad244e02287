import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pki } from './pki.ts'
import { type Enter, type Program, startProgram } from './program.ts'

/** Where a control plane's programs run and what they share. */
export type Place = {
  readonly folder: string
  /** With the links to the components. */
  readonly bin: string
  readonly pki: Pki
  /** How to get to where they run; empty on the machine itself. */
  readonly enter: Enter
  readonly ports: { readonly etcd: number; readonly etcdPeer: number; readonly api: number }
  /** The address that pods see the API server under; without it there are no pods. */
  readonly nodeAddress?: string
}

const logOf = ({ folder }: Place, name: string) => join(folder, `${name}.log`)

/** Starts one component with its output in `<folder>/<name>.log`. */
export const startComponent = (place: Place, name: string, args: readonly string[]): Program =>
  startProgram({
    name,
    command: join(place.bin, name),
    args,
    logFile: logOf(place, name),
    enter: place.enter,
  })

/** Everything is lost with the folder anyway, so nothing waits for the disk. */
export const startEtcd = (place: Place): Program =>
  startComponent(place, 'etcd', [
    `--data-dir=${join(place.folder, 'etcd')}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
    `--listen-client-urls=http://127.0.0.1:${place.ports.etcd}`,
    `--advertise-client-urls=http://127.0.0.1:${place.ports.etcd}`,
    `--listen-peer-urls=http://127.0.0.1:${place.ports.etcdPeer}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${place.ports.etcdPeer}`,
    `--initial-cluster=default=http://127.0.0.1:${place.ports.etcdPeer}`,
  ])

const serverNames = [
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  'localhost',
  '127.0.0.1',
  '10.96.0.1',
]

/** One line for each answered request, bodies left out: who did what to which object, and how it ended. */
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived', 'ResponseStarted'],
  rules: [{ level: 'Metadata' }],
}

/** Certificates and files that the API server reads at each start. */
export async function prepareApiServer({ pki, folder, nodeAddress }: Place): Promise<void> {
  const names = [...serverNames, ...(nodeAddress ? [nodeAddress] : [])]
  await pki.write('api-server', { common: 'kube-apiserver' }, names)
  await pki.write('kubelet-client', {
    common: 'kube-apiserver-kubelet-client',
    organizations: ['system:masters'],
  })
  await writeFile(join(folder, 'audit-policy.json'), JSON.stringify(auditPolicy))
}

const withNode = (pki: Pki, address: string) => [
  `--advertise-address=${address}`,
  '--bind-address=0.0.0.0',
  `--kubelet-client-certificate=${pki.path('kubelet-client.crt')}`,
  `--kubelet-client-key=${pki.path('kubelet-client.key')}`,
  // Without it `kubectl exec` and `logs` look the node's name up in a DNS that does not know it.
  '--kubelet-preferred-address-types=InternalIP',
]

const withoutNode = [
  '--bind-address=127.0.0.1',
  '--advertise-address=127.0.0.1',
  '--endpoint-reconciler-type=none',
]

export type ApiServerOptions = {
  readonly audit: boolean
  /** Without a controller-manager nobody makes the service accounts that this plugin asks for. */
  readonly serviceAccounts: boolean
  /** Further flags; one given twice counts as given last. */
  readonly flags: readonly string[]
}

/** Starts the API server over the etcd of the place; again after a stop, with all it knew. */
export function startApiServer(place: Place, options: ApiServerOptions): Program {
  const { pki, folder, ports, nodeAddress } = place
  const audit = [
    `--audit-policy-file=${join(folder, 'audit-policy.json')}`,
    `--audit-log-path=${join(folder, 'audit.log')}`,
    '--audit-log-mode=blocking',
  ]
  return startComponent(place, 'kube-apiserver', [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    `--secure-port=${ports.api}`,
    `--cert-dir=${pki.path('generated')}`,
    `--tls-cert-file=${pki.path('api-server.crt')}`,
    `--tls-private-key-file=${pki.path('api-server.key')}`,
    `--client-ca-file=${pki.path('ca.crt')}`,
    `--service-account-key-file=${pki.path('service-account.pub')}`,
    `--service-account-signing-key-file=${pki.path('service-account.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    ...(options.serviceAccounts ? [] : ['--disable-admission-plugins=ServiceAccount']),
    '--allow-privileged=true',
    '--shutdown-watch-termination-grace-period=0s',
    ...(nodeAddress ? withNode(pki, nodeAddress) : withoutNode),
    ...(options.audit ? audit : []),
    ...options.flags,
  ])
}
