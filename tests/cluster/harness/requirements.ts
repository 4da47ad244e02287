import { stat } from 'node:fs/promises'
import { installPackages } from '../../programs.ts'
import { onPath } from './on-path.ts'
import { usesExistingCluster } from './existing-cluster.ts'
import { programFolder } from './programs.ts'

/** Programs of the system that a node and the making of its images need, and the Debian package of each. */
const systemPrograms = {
  runc: 'runc',
  iptables: 'iptables',
  conntrack: 'conntrack',
  buildah: 'buildah',
  debootstrap: 'debootstrap',
  ip: 'iproute2',
  '/usr/lib/cni/bridge': 'containernetworking-plugins',
} as const

const isThere = (program: string) =>
  program.startsWith('/')
    ? stat(program).then(
        () => true,
        () => false,
      )
    : onPath(program).then(Boolean)

async function missingPrograms(recipes: readonly string[]): Promise<string | undefined> {
  if (process.platform !== 'linux')
    return `Kubernetes' own programs run on Linux, and this is ${process.platform}`
  try {
    for (const recipe of recipes) await programFolder(recipe, console.log)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** Builds what a control plane needs; answers why there can be none, or undefined when there can. */
export const missingForControlPlane = (): Promise<string | undefined> =>
  missingPrograms(['kubernetes'])

/** Builds and installs what a whole cluster needs; the person's own cluster needs nothing of it. */
export async function missingForCluster(): Promise<string | undefined> {
  if (usesExistingCluster()) return undefined
  if (process.platform === 'linux' && process.getuid?.() !== 0)
    return 'a node needs root (namespaces, mounts, iptables): run it as root, or set KUBECONFIG to a cluster of your own'
  const wanted = new Set<string>()
  for (const [program, name] of Object.entries(systemPrograms))
    if (!(await isThere(program))) wanted.add(name)
  const reason = await installPackages([...wanted])
  return reason ?? missingPrograms(['kubernetes', 'containerd', 'coredns', 'helm'])
}
