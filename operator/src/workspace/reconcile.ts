import type { Workspace } from '@codelab/contracts/workspace'
import type { Cluster } from '../cluster/cluster.ts'
import type { KnownWorkspace } from '../cluster/known-workspace.ts'
import type { SecretDigests } from '../cluster/secret-digests.ts'
import { type Outcome, type Reconcile, TerminalFailure } from '../controller/controller.ts'
import type { KubeClient } from '../kube/client.ts'
import type { Events } from '../kube/events.ts'
import { keyText } from '../kube/object.ts'
import { resources } from '../kube/resources.ts'
import type { Writes } from '../kube/writes.ts'
import { alignFinalizers, alignOwners, dropFinalizer } from './align-owners.ts'
import { applyChildren, deleteStrays } from './apply-children.ts'
import { wantedSecrets } from './children/secrets.ts'
import { desiredChildren, strayChildren } from './desired.ts'
import { makeSecrets } from './make-secrets.ts'
import { digestIn, type Observed } from './observed.ts'
import { observe, type Seen } from './observe.ts'
import { isHeldByOthers, isKept, misowned } from './ownership.ts'
import type { Settings } from './settings.ts'
import { statusOf } from './status.ts'
import type { StatusWriter } from './status-writer.ts'

export type Deps = {
  readonly cluster: Pick<
    Cluster,
    'workspace' | 'children' | 'pods' | 'secret' | 'learnSecret' | 'unconfirmedMs'
  >
  readonly reads: Pick<KubeClient, 'get'>
  readonly writes: Writes
  readonly digests: SecretDigests
  readonly statuses: StatusWriter
  readonly events: Events
  readonly settings: Settings
  readonly wall: () => Date
  readonly randomBytes: (count: number) => Uint8Array
}

/** Nobody tells when a foreign object goes, or when a quota or policy changes. */
const lookAgainAtObstaclesMs = 5_000

/** A Secret of our own whose name is taken or that lost a key: pods that are started now would not come up, so those that run stay as they are. */
const secretsAreWhole = (workspace: Workspace, observed: Observed): boolean =>
  wantedSecrets(workspace).every(({ name, lost, values }) =>
    observed.secrets[name]
      ? observed.secrets[name].ours &&
        Object.keys(values).every((key) => digestIn(observed, { name, key }) !== undefined)
      : lost === 'done',
  )

const soonest = (...times: readonly (number | undefined)[]): Outcome => {
  const known = times.filter((time) => time !== undefined)
  return known.length > 0 ? { requeueAfterMs: Math.min(...known) } : {}
}

/** Writes what differs between the cluster and the spec; answers what was observed, with what could not be written. */
async function write(
  workspace: Workspace,
  { observed, objects, secrets }: Seen,
  deps: Deps,
  signal: AbortSignal,
): Promise<Observed> {
  if (!secretsAreWhole(workspace, observed) && !workspace.spec.suspended) return observed
  await alignOwners(workspace, misowned(workspace, secrets, objects), deps, signal)
  const desired = desiredChildren(workspace, observed, deps.settings)
  const refused = await applyChildren(workspace, { desired, objects }, deps, signal)
  const strays = strayChildren(observed, desired)
  const refusals = [
    ...refused,
    ...(await deleteStrays(workspace, { strays, objects }, deps, signal)),
  ]
  if (isKept(workspace) && refusals.length === 0) await alignFinalizers(workspace, deps, signal)
  return { ...observed, refusals }
}

const statusNow = (workspace: Workspace, observed: Observed, { settings, wall }: Deps) =>
  statusOf(workspace, observed, settings, `${wall().toISOString().slice(0, 19)}Z`)

const look = (workspace: Workspace, deps: Deps, signal: AbortSignal): Promise<Seen> =>
  observe(workspace, { ...deps, client: deps.reads, now: () => deps.wall().getTime() }, signal)

/**
 * The workspace is to go, and the garbage collector takes with it what it owns. Under `Retain` what holds data is disowned first; nothing
 * is ever taken into ownership here, for somebody may have asked for orphans. Then we hold it no longer.
 */
async function release(workspace: Workspace, deps: Deps, signal: AbortSignal): Promise<Outcome> {
  const { observed, objects, secrets } = await look(workspace, deps, signal)
  const owned = isKept(workspace) ? misowned(workspace, secrets, objects) : []
  // Otherwise it is gone in a moment, and there is nobody to tell.
  if (owned.length > 0 || isHeldByOthers(workspace))
    await deps.statuses.write(workspace, statusNow(workspace, observed, deps), signal)
  await alignOwners(workspace, owned, deps, signal)
  await alignFinalizers(workspace, deps, signal)
  return {}
}

async function keep(workspace: Workspace, deps: Deps, signal: AbortSignal): Promise<Outcome> {
  if (!isKept(workspace)) await alignFinalizers(workspace, deps, signal)
  const unmade = await makeSecrets(workspace, deps, signal)
  const seen = await look(workspace, deps, signal)
  const written = await write(workspace, seen, deps, signal)
  const observed = { ...written, refusals: [...unmade, ...(written.refusals ?? [])] }
  const status = statusNow(workspace, observed, deps)
  const writeLaterMs = await deps.statuses.write(workspace, status, signal)
  const [ready] = status.conditions ?? []
  const isBlocked = ready?.reason === 'NameTaken' || ready?.reason === 'WriteRefused'
  return soonest(
    writeLaterMs,
    seen.lookAgainMs,
    isBlocked ? lookAgainAtObstaclesMs : undefined,
    deps.cluster.unconfirmedMs(keyText(workspace.metadata)),
  )
}

/** Nothing is changed by a spec that cannot be read, but what is to go with all it owns may go. */
async function refuse(
  { problem, object, deletes }: Extract<KnownWorkspace, { workspace: undefined }>,
  deps: Deps,
  signal: AbortSignal,
): Promise<Outcome> {
  if (deletes && object.metadata.deletionTimestamp) {
    await dropFinalizer(object.metadata, deps, signal)
    return {}
  }
  const { apiVersion, kind } = resources.workspaces
  const { name, namespace = '', uid = '' } = object.metadata
  const note = `this operator cannot read the spec, so it changes nothing: ${problem}`
  await deps.events.record(
    { apiVersion, kind, metadata: { name, namespace, uid } },
    { type: 'Warning', reason: 'SpecNotUnderstood', note },
    signal,
  )
  throw new TerminalFailure(note)
}

/** One pass over one workspace: read everything, decide purely, write what differs. Safe to repeat at any moment. */
export function createReconcile(deps: Deps): Reconcile {
  return async (key, signal) => {
    const known = deps.cluster.workspace(key)
    if (!known) {
      deps.digests.forget(key)
      deps.statuses.forget(key)
      return {}
    }
    if (!known.workspace) return refuse(known, deps, signal)
    const workspace = deps.statuses.current(known.workspace)
    return workspace.metadata.deletionTimestamp
      ? release(workspace, deps, signal)
      : keep(workspace, deps, signal)
  }
}
