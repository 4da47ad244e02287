import type { Workspace } from '@codelab/contracts/workspace'
import { childName, type Part } from '../names.ts'
import { childKey, type Observed, type ObservedChild } from '../observed.ts'
import { componentOf, type ProcessName, processNames, replicasOf } from '../processes.ts'

/** A part that has pods, and how many are ready and wanted. */
export type PodCount = {
  readonly part: Part
  readonly ready: number
  readonly desired: number
  readonly child: ObservedChild | undefined
}

const isProcess = (part: Part): part is ProcessName =>
  (processNames as readonly string[]).includes(part)

const wanted = (workspace: Workspace, part: Part, child: ObservedChild | undefined): number => {
  if (!isProcess(part)) return workspace.spec.suspended ? 0 : 1
  const { autoscaling } = componentOf(workspace, part)
  const least = autoscaling?.minReplicas ?? 1
  return replicasOf(workspace, part) ?? Math.max(child?.desired ?? least, least)
}

export function podCount(workspace: Workspace, observed: Observed, part: Part): PodCount {
  const kind = isProcess(part) ? 'Deployment' : 'StatefulSet'
  const child = observed.children[childKey(kind, childName(workspace, part))]
  return { part, ready: child?.ready ?? 0, desired: wanted(workspace, part, child), child }
}

type State = 'Running' | 'Updating' | 'Starting' | 'PodsNotReady' | 'Failing' | 'Stopped'

/** One word for the pods of a part, and the sentence to go with it. */
export function stateOf({ part, ready, desired, child }: PodCount): {
  state: State
  message: string
} {
  const count = `${part}: ${ready} of ${desired} pods ready`
  if (desired === 0) return { state: 'Stopped', message: `${part}: suspended by spec.suspended` }
  if (child?.trouble) return { state: 'Failing', message: `${count}; ${child.trouble}` }
  if (ready === 0) return { state: 'Starting', message: count }
  if (ready < desired) return { state: 'PodsNotReady', message: count }
  const { updated = desired, total = desired } = child ?? {}
  return { state: updated < desired || total > desired ? 'Updating' : 'Running', message: count }
}

const order: readonly State[] = [
  'Failing',
  'Starting',
  'PodsNotReady',
  'Stopped',
  'Updating',
  'Running',
]

/** Several parts as one: the state of the one that is worst off, the sentences of all. */
export function stateOfAll(counts: readonly PodCount[]): { state: State; message: string } {
  const states = counts.map(stateOf)
  const worst = order.find((state) => states.some((each) => each.state === state)) ?? 'Running'
  return { state: worst, message: states.map(({ message }) => message).join('; ') }
}
