import type { Workspace } from '@codelab/contracts/workspace'
import type { Cluster } from '../cluster/cluster.ts'
import { knownSecret } from '../cluster/known-secret.ts'
import type { KubeClient } from '../kube/client.ts'
import { resources } from '../kube/resources.ts'
import type { Writes } from '../kube/writes.ts'
import { secretOf, secretsToMake, type WantedSecret } from './children/secrets.ts'
import type { Refusal } from './observed.ts'
import { refusalIn } from './refusals.ts'

type Deps = {
  readonly cluster: Pick<Cluster, 'secret' | 'learnSecret'>
  readonly reads: Pick<KubeClient, 'get'>
  readonly writes: Pick<Writes, 'create'>
  readonly randomBytes: (count: number) => Uint8Array
}

/**
 * Makes the Secrets that do not exist yet, by POST only: what is known may be a moment old, and a Secret that exists must never be
 * overwritten, whatever is believed. Answers those that the API server refuses, under a quota for example.
 */
export async function makeSecrets(
  workspace: Workspace,
  { cluster, reads, writes, randomBytes }: Deps,
  signal: AbortSignal,
): Promise<Refusal[]> {
  const { namespace } = workspace.metadata
  const missing = secretsToMake(
    workspace,
    (name) => cluster.secret({ namespace, name }) !== undefined,
  )
  const make = async (wanted: WantedSecret) => {
    const key = { namespace, name: wanted.name }
    const made = await writes.create(secretOf(workspace, wanted, randomBytes), { signal })
    const object =
      made.outcome === 'created'
        ? made.object
        : await reads.get(resources.secrets, key, { form: 'metadata', signal })
    if (object) cluster.learnSecret(key, knownSecret(object))
  }
  const refusals = await Promise.all(
    missing.map((wanted) =>
      make(wanted).then(
        () => undefined,
        (error: unknown) => refusalIn(error, { kind: 'Secret', name: wanted.name }),
      ),
    ),
  )
  return refusals.filter((refusal) => refusal !== undefined)
}
