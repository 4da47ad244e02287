import { stat } from 'node:fs/promises'
import { installPackages } from '../../programs.ts'
import { exec } from './exec.ts'
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

const notLinux = (): string | undefined =>
  process.platform === 'linux'
    ? undefined
    : `Kubernetes' own programs run on Linux, and this is ${process.platform}: set KUBECONFIG to a cluster of your own`

async function missingPrograms(recipes: readonly string[]): Promise<string | undefined> {
  const elsewhere = notLinux()
  if (elsewhere) return elsewhere
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

/** In a container without rights, root is not root. */
const withoutNamespaces = (): Promise<string | undefined> =>
  exec('unshare', ['--mount', '--net', '--pid', '--fork', '--mount-proc', 'true']).then(
    () => undefined,
    (error: Error) =>
      `a node needs namespaces of its own, and this root may not make them (${error.message}): run it with more rights, or set KUBECONFIG to a cluster of your own`,
  )

/** Builds and installs what a whole cluster needs; the person's own cluster needs nothing of it. */
export async function missingForCluster(): Promise<string | undefined> {
  if (usesExistingCluster()) return undefined
  const elsewhere = notLinux()
  if (elsewhere) return elsewhere
  if (process.getuid?.() !== 0)
    return 'a node needs root (namespaces, mounts, iptables): run it as root, or set KUBECONFIG to a cluster of your own'
  const refused = await withoutNamespaces()
  if (refused) return refused
  const wanted = new Set<string>()
  for (const [program, name] of Object.entries(systemPrograms))
    if (!(await isThere(program))) wanted.add(name)
  const reason = await installPackages([...wanted])
  return reason ?? missingPrograms(['kubernetes', 'containerd', 'coredns', 'helm'])
}
