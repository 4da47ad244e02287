import type { Workspace } from '@codelab/contracts/workspace'
import type { Cluster } from '../cluster/cluster.ts'
import { knownSecret } from '../cluster/known-secret.ts'
import type { KubeClient } from '../kube/client.ts'
import { resources } from '../kube/resources.ts'
import type { Writes } from '../kube/writes.ts'
import { secretOf, wantedSecrets } from './children/secrets.ts'

type Deps = {
  readonly cluster: Pick<Cluster, 'secret' | 'learnSecret'>
  readonly reads: Pick<KubeClient, 'get'>
  readonly writes: Pick<Writes, 'create'>
  readonly randomBytes: (count: number) => Uint8Array
}

/**
 * Makes the Secrets that do not exist yet, by POST only: what is known may be a moment old, and a Secret that exists must never be
 * overwritten, whatever is believed.
 */
export async function makeSecrets(
  workspace: Workspace,
  { cluster, reads, writes, randomBytes }: Deps,
  signal: AbortSignal,
): Promise<void> {
  const { namespace } = workspace.metadata
  const missing = wantedSecrets(workspace).filter(
    ({ name }) => !cluster.secret({ namespace, name }),
  )
  await Promise.all(
    missing.map(async (wanted) => {
      const key = { namespace, name: wanted.name }
      const made = await writes.create(secretOf(workspace, wanted, randomBytes), { signal })
      const object =
        made.outcome === 'created'
          ? made.object
          : await reads.get(resources.secrets, key, { form: 'metadata', signal })
      if (object) cluster.learnSecret(key, knownSecret(object))
    }),
  )
}
