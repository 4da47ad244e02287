import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Identity } from './access.ts'
import type { Cluster } from './cluster.ts'
import { exec } from './exec.ts'
import type { Forward } from './forward.ts'
import { createKubectl, type Kubectl } from './kubectl.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { onPath } from './on-path.ts'
import { portForward } from './port-forward.ts'
import { programPath } from './programs.ts'

/** Whether suites run on a cluster of the person's own. CI never does: what it shows must not depend on a machine's settings. */
export const usesExistingCluster = (env: NodeJS.ProcessEnv = process.env): boolean =>
  Boolean(env['KUBECONFIG']) && !env['CI']

type Merged = {
  clusters: { cluster: { server: string; 'certificate-authority-data'?: string } }[]
}

/** The person's configuration, all files of KUBECONFIG in one, with what it refers to inside. */
const flatten = async (kubectl: string): Promise<Merged & { text: string }> => {
  const text = await exec(kubectl, ['config', 'view', '--raw', '--minify', '--flatten', '-o=json'])
  return { ...(JSON.parse(text) as Merged), text }
}

async function kubeconfigFor(
  identity: Identity,
  { folder, merged, kubectl }: { folder: string; merged: Merged; kubectl: Kubectl },
): Promise<string> {
  if ('user' in identity)
    throw new Error('a cluster of KUBECONFIG makes no users: use a service account')
  const { serviceAccount, namespace } = identity
  const { server, 'certificate-authority-data': authority = '' } = merged.clusters[0]!.cluster
  const token = await kubectl(['create', 'token', serviceAccount, `--namespace=${namespace}`])
  return writeKubeconfig(join(folder, `${namespace}.${serviceAccount}.kubeconfig`), {
    server,
    authority: Buffer.from(authority, 'base64').toString(),
    user: serviceAccount,
    credentials: { token: token.trim() },
  })
}

/** The cluster of KUBECONFIG, as it is: nothing is started, imported or stopped in it. */
export async function openExistingCluster(): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'codelab-kubeconfig-'))
  const program = (await onPath('kubectl')) ?? (await programPath('kubectl'))
  const merged = await flatten(program)
  const kubeconfigPath = join(folder, 'admin.kubeconfig')
  await writeFile(kubeconfigPath, merged.text, { mode: 0o600 })
  const kubectl = createKubectl(program, kubeconfigPath)
  const forwards = new Set<Forward>()
  return {
    kubeconfigPath,
    kubectl,
    kubeconfigFor: (identity) => kubeconfigFor(identity, { folder, merged, kubectl }),
    run: (command, args, { env, ...options } = {}) =>
      exec(command, args, { ...options, env: { ...env, KUBECONFIG: kubeconfigPath } }),
    async forward(target) {
      const forward = await portForward([program, `--kubeconfig=${kubeconfigPath}`], target)
      forwards.add(forward)
      return forward
    },
    importImages: () => Promise.resolve(),
    folder: undefined,
    apiServer: undefined,
    auditLog: undefined,
    async down() {
      for (const forward of forwards) await forward.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
