import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Place } from './api-server.ts'
import type { Cgroups } from './cgroups.ts'
import { componentKubeconfig } from './component.ts'
import { type Program, startProgram } from './program.ts'
import { runtimeEndpoint } from './runtime.ts'

/** Where the sandbox keeps the kubelet's own files. */
const kubeletFolder = '/run/kubelet'
export const nodeName = 'node'
/** Of the DNS that pods ask. */
export const dnsAddress = '10.96.0.10'

const kubeletSettings = ({ folder, pki }: Place, cgroups: Cgroups) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  failCgroupV1: false,
  cgroupDriver: 'cgroupfs',
  cgroupRoot: cgroups.root,
  failSwapOn: false,
  containerRuntimeEndpoint: runtimeEndpoint,
  clusterDNS: [dnsAddress],
  clusterDomain: 'cluster.local',
  // The machine's own name servers cannot be reached from in here.
  resolvConf: '',
  podLogsDir: join(folder, 'pod-logs'),
  volumePluginDir: join(folder, 'volume-plugins'),
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: pki.path('ca.crt') },
  },
  authorization: { mode: 'Webhook' },
  evictionHard: {
    'memory.available': '100Mi',
    'nodefs.available': '1%',
    'imagefs.available': '1%',
  },
  // Images that were collected could not be pulled again.
  imageGCHighThresholdPercent: 100,
  // What a test reads in a Secret or ConfigMap it has just changed arrives in a pod within seconds.
  syncFrequency: '5s',
  configMapAndSecretChangeDetectionStrategy: 'Watch',
  shutdownGracePeriod: '0s',
})

const proxySettings = (kubeconfig: string) => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  // In nftables mode NodePorts do not answer on 127.0.0.1.
  mode: 'iptables',
  clusterCIDR: '10.244.0.0/16',
  clientConnection: { kubeconfig },
  hostnameOverride: nodeName,
  conntrack: { maxPerCore: 0, min: 0 },
  iptables: { minSyncPeriod: '0s' },
  healthzBindAddress: '127.0.0.1:10256',
  metricsBindAddress: '127.0.0.1:10249',
})

async function writeSettings(folder: string, name: string, settings: object): Promise<string> {
  const path = join(folder, `${name}.json`)
  await writeFile(path, JSON.stringify(settings, undefined, 2))
  return path
}

/** Runs pods. The API server must know its bootstrap roles first, or the node's registration is refused and retried slowly. */
export async function startKubelet(place: Place, cgroups: Cgroups): Promise<Program> {
  const { folder, bin, enter, nodeAddress } = place
  const kubeconfig = await componentKubeconfig(place, 'kubelet', {
    common: `system:node:${nodeName}`,
    organizations: ['system:nodes'],
  })
  const settings = await writeSettings(folder, 'kubelet', kubeletSettings(place, cgroups))
  return startProgram({
    name: 'kubelet',
    command: join(bin, 'kubelet'),
    args: [
      `--config=${settings}`,
      `--kubeconfig=${kubeconfig}`,
      `--hostname-override=${nodeName}`,
      // Without it the kubelet looks its name up in a DNS that cannot answer, for 20 s.
      `--node-ip=${nodeAddress}`,
      `--root-dir=${kubeletFolder}`,
      `--cert-dir=${join(folder, 'kubelet-pki')}`,
    ],
    logFile: join(folder, 'kubelet.log'),
    enter,
    env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
  })
}

/** Makes Services lead to their pods. */
export async function startProxy(place: Place): Promise<Program> {
  const { folder, bin, enter } = place
  const kubeconfig = await componentKubeconfig(place, 'kube-proxy', { common: 'system:kube-proxy' })
  const settings = await writeSettings(folder, 'kube-proxy', proxySettings(kubeconfig))
  return startProgram({
    name: 'kube-proxy',
    command: join(bin, 'kube-proxy'),
    args: [`--config=${settings}`],
    logFile: join(folder, 'kube-proxy.log'),
    enter,
    env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
  })
}
