import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createKubectl, type Kubectl } from './kubectl.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { openPki, type Pki } from './pki.ts'
import { programPath } from './programs.ts'

/** A user by name, with groups; or a service account that exists. */
export type Identity =
  | { readonly user: string; readonly groups?: readonly string[] }
  | { readonly serviceAccount: string; readonly namespace: string }

/** The ways into a control plane; a test process that did not start it has them too. */
export type Access = {
  /** The administrator's. */
  readonly kubeconfigPath: string
  readonly url: string
  readonly kubectl: Kubectl
  /** A configuration that signs in as somebody: what is allowed to them, and what the audit log calls them. */
  kubeconfigFor: (identity: Identity) => Promise<string>
  /** JSON lines of every answered request; written when the control plane was started with `audit`. */
  readonly auditLog: string
}

type Wanted = { readonly folder: string; readonly url: string; readonly pki: Pki }

const nameOf = (identity: Identity) =>
  'user' in identity
    ? identity.user
    : `system:serviceaccount:${identity.namespace}:${identity.serviceAccount}`

const adminFile = 'admin.kubeconfig'

async function accessOf({ folder, url, pki }: Wanted): Promise<Access> {
  const kubeconfigPath = join(folder, adminFile)
  const kubectl = createKubectl(await programPath('kubectl'), kubeconfigPath)

  const credentialsOf = async (identity: Identity) => {
    if ('user' in identity)
      return pki.issue({ common: identity.user, organizations: identity.groups ?? [] })
    const { serviceAccount, namespace } = identity
    const token = await kubectl(['create', 'token', serviceAccount, `--namespace=${namespace}`])
    return { token: token.trim() }
  }

  return {
    kubeconfigPath,
    url,
    kubectl,
    auditLog: join(folder, 'audit.log'),
    async kubeconfigFor(identity) {
      const user = nameOf(identity)
      const path = join(folder, `${user.replaceAll(/[^\w.-]/g, '_')}.kubeconfig`)
      const credentials = await credentialsOf(identity)
      return writeKubeconfig(path, { server: url, authority: pki.authority, user, credentials })
    },
  }
}

/** Writes the administrator's configuration into the folder of a control plane. */
export async function createAccess(wanted: Wanted): Promise<Access> {
  const { folder, url, pki } = wanted
  const credentials = pki.issue({ common: 'admin', organizations: ['system:masters'] })
  await writeKubeconfig(join(folder, adminFile), {
    server: url,
    authority: pki.authority,
    user: 'admin',
    credentials,
  })
  return accessOf(wanted)
}

/** The access to a control plane that another process started, by the administrator's configuration. */
export async function openAccess(kubeconfigPath: string): Promise<Access> {
  const config = JSON.parse(await readFile(kubeconfigPath, 'utf8')) as {
    clusters: { cluster: { server: string } }[]
  }
  const folder = dirname(kubeconfigPath)
  const pki = await openPki(join(folder, 'pki'))
  return accessOf({ folder, url: config.clusters[0]!.cluster.server, pki })
}

/** The control plane that the test runner started for the suite. */
export async function sharedControlPlane(): Promise<Access> {
  const path = process.env['TEST_KUBECONFIG']
  if (!path)
    throw new Error('TEST_KUBECONFIG is not set: run the suite with `npm run e2e -- operator`')
  return openAccess(path)
}
