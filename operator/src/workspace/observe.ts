import type { Workspace } from '@codelab/contracts/workspace'
import type { Cluster } from '../cluster/cluster.ts'
import { type KnownObject, knownObject } from '../cluster/known-object.ts'
import type { KnownPod } from '../cluster/known-pod.ts'
import type { KnownSecret } from '../cluster/known-secret.ts'
import type { Digests, SecretDigests } from '../cluster/secret-digests.ts'
import type { KubeClient } from '../kube/client.ts'
import { keyOf, keyText } from '../kube/object.ts'
import { resourceOf } from '../kube/resources.ts'
import type { Child } from './child.ts'
import { wantedSecrets } from './children/secrets.ts'
import { wantedChildren } from './desired.ts'
import { isOurs } from './labels.ts'
import { childName, parts, secretNames } from './names.ts'
import { childKey, type Observed, type ObservedChild, type ObservedJob } from './observed.ts'
import { processNames } from './processes.ts'
import { secretReferences } from './references.ts'
import type { Settings } from './settings.ts'

/** What a pass works on. */
export type Seen = {
  readonly observed: Observed
  /** The objects under the names of children, by `<Kind>/<name>`. */
  readonly objects: ReadonlyMap<string, KnownObject>
  readonly secrets: ReadonlyMap<string, KnownSecret>
  /** When something that is only young now becomes worth a word; milliseconds. */
  readonly lookAgainMs: number | undefined
}

export type Observer = {
  readonly cluster: Pick<Cluster, 'children' | 'pods' | 'secret'>
  readonly digests: Pick<SecretDigests, 'read'>
  readonly client: Pick<KubeClient, 'get'>
  readonly settings: Settings
  /** Milliseconds since 1970: pods' troubles are dated by the cluster. */
  readonly now: () => number
}

/** The Secrets that the workspace makes or reads, as far as they exist. */
export function secretsOf(
  workspace: Workspace,
  cluster: Pick<Cluster, 'secret'>,
): Map<string, KnownSecret> {
  const { namespace } = workspace.metadata
  const names = [
    ...wantedSecrets(workspace).map(({ name }) => name),
    ...secretReferences(workspace).map(({ ref }) => ref.name),
  ]
  return new Map(
    names.flatMap((name) => {
      const secret = cluster.secret({ namespace, name })
      return secret ? [[name, secret]] : []
    }),
  )
}

/** No node has room, or a volume is not there yet: usual for a moment, a trouble after this. */
const patienceMs = 15_000

/** What keeps pods from running, by part, and when what is too young to tell becomes one. */
function troublesOf(pods: readonly KnownPod[], now: number) {
  const troubles = new Map<string, string>()
  let lookAgainMs: number | undefined
  for (const { component, trouble } of pods) {
    if (!trouble) continue
    const leftMs = trouble.since ? Date.parse(trouble.since) + patienceMs - now : 0
    if (leftMs > 0) lookAgainMs = Math.min(lookAgainMs ?? leftMs, leftMs)
    else if (!troubles.has(component)) troubles.set(component, trouble.message)
  }
  return { troubles, lookAgainMs }
}

const partKeys = (workspace: Workspace): Map<string, string> =>
  new Map(
    parts.map((part) => {
      const kind = (processNames as readonly string[]).includes(part) ? 'Deployment' : 'StatefulSet'
      return [childKey(kind, childName(workspace, part)), part]
    }),
  )

function observedChildren(
  workspace: Workspace,
  objects: ReadonlyMap<string, KnownObject>,
  troubles: ReadonlyMap<string, string>,
): Record<string, ObservedChild> {
  const partOf = partKeys(workspace)
  return Object.fromEntries(
    Array.from(objects, ([key, { meta, pods, trouble }]) => {
      const why = trouble ?? troubles.get(partOf.get(key) ?? '')
      return [key, { ours: isOurs(workspace, meta), ...pods, ...(why && { trouble: why }) }]
    }),
  )
}

function observedJobs(
  objects: ReadonlyMap<string, KnownObject>,
  pods: readonly KnownPod[],
): Record<string, ObservedJob> {
  const jobs = [...objects.values()].filter(({ kind }) => kind === 'Job')
  return Object.fromEntries(
    jobs.map(({ name, complete = false }) => {
      const failure = pods.find((pod) => pod.job === name && pod.failure)?.failure
      return [name, { complete, ...(failure && { failure }) }]
    }),
  )
}

function observedStores({ spec }: Workspace, digests: ReadonlyMap<string, Digests>) {
  const addressIn = (ref: { name: string; key: string } | undefined) =>
    ref && digests.get(ref.name)?.addresses[ref.key]
  return {
    postgres: addressIn(spec.postgres.external?.secretRef),
    redis: addressIn(spec.redis.external?.secretRef),
  }
}

/** Objects under the names of wanted children that carry no label of ours: foreign ones, and ours that lost it. */
async function lookUp(
  { client }: Observer,
  missing: readonly Child[],
  signal: AbortSignal,
): Promise<KnownObject[]> {
  const found = await Promise.all(
    missing.map(async (child) => {
      const object = await client.get(resourceOf(child), keyOf(child), { form: 'metadata', signal })
      return object && knownObject(child.kind)(object)
    }),
  )
  return found.filter((object) => object !== undefined)
}

/** Reads everything that a pass needs to know: from what is kept of the cluster, and by name what is not. */
export async function observe(
  workspace: Workspace,
  observer: Observer,
  signal: AbortSignal,
): Promise<Seen> {
  const { cluster, digests, settings, now } = observer
  const key = keyText(workspace.metadata)
  const pods = [...cluster.pods(key)]
  const secrets = secretsOf(workspace, cluster)
  const salt = { name: secretNames(workspace).internal, key: 'token' }
  const { namespace } = workspace.metadata
  const read = await digests.read(key, { namespace, known: secrets, salt }, signal)
  const { troubles, lookAgainMs } = troublesOf(pods, now())

  const objects = cluster.children.of(key)
  const observed = (): Observed => ({
    secrets: Object.fromEntries(
      Array.from(read, ([name, { digests: values }]) => [
        name,
        { ours: isOurs(workspace, secrets.get(name)!.meta), digests: values },
      ]),
    ),
    children: observedChildren(workspace, objects, troubles),
    jobs: observedJobs(objects, pods),
    pods: pods.filter(({ ended }) => !ended).length,
    stores: observedStores(workspace, read),
  })
  const missing = wantedChildren(workspace, observed(), settings).filter(
    ({ kind, metadata }) => !objects.has(childKey(kind, metadata.name)),
  )
  for (const object of await lookUp(observer, missing, signal))
    objects.set(childKey(object.kind, object.name), object)
  return { observed: observed(), objects, secrets, lookAgainMs }
}
