import {
  conditionTypes,
  type ConditionType,
  type WorkspaceStatus,
} from '@codelab/contracts/workspace-status'
import type { Workspace } from '@codelab/contracts/workspace'
import type { Observed } from '../observed.ts'
import { type Finding, finding } from '../reasons.ts'

export type Parts = Readonly<Record<Exclude<ConditionType, 'Ready'>, Finding>>

const list = (texts: readonly string[]): string => texts.slice(0, 10).join('; ')

/** What stands in the way whatever the parts say. */
function obstacle(
  workspace: Workspace,
  observed: Observed,
  { taken, podsLeft }: { taken: readonly string[]; podsLeft: number },
): Finding | undefined {
  if (workspace.metadata.deletionTimestamp) {
    return finding('Ready', 'Deleting', `deletionPolicy is ${workspace.spec.deletionPolicy}`)
  }
  if (taken.length > 0) {
    return finding('Ready', 'NameTaken', `not the workspace’s own: ${list(taken)}`)
  }
  const { refusals = [] } = observed
  if (refusals.length > 0) {
    const texts = refusals.map(({ kind, name, message }) => `${kind} ${name}: ${message}`)
    return finding('Ready', 'WriteRefused', list(texts))
  }
  if (!workspace.spec.suspended) return undefined
  return podsLeft > 0
    ? finding('Ready', 'Suspending', `spec.suspended: ${podsLeft} pods are ending`)
    : finding('Ready', 'Suspended', 'spec.suspended: no pod runs, all data is kept')
}

const others = conditionTypes.filter((type) => type !== 'Ready')

/** The sum of all conditions: the first that does not hold gives its reason. */
export function ready(
  workspace: Workspace,
  observed: Observed,
  parts: Parts,
  facts: { taken: readonly string[]; podsLeft: number },
): Finding {
  const inTheWay = obstacle(workspace, observed, facts)
  if (inTheWay) return inTheWay
  const failing = others.find((type) => parts[type].status !== 'True')
  if (failing) {
    const { reason, message } = parts[failing]
    return { status: 'False', reason, message: `${failing}: ${message}` }
  }
  const updating = others.filter((type) => parts[type].reason === 'Updating')
  return updating.length > 0
    ? finding('Ready', 'Updating', list(updating.map((type) => parts[type].message)))
    : finding('Ready', 'AllReady', 'the workspace is as its spec wants it')
}

const hasServed = new Set<WorkspaceStatus['phase']>(['Ready', 'Degraded'])

/** The state in one word. A workspace that has served before and does not now is degraded, one that never has is on its way. */
export function phaseOf(
  workspace: Workspace,
  { status, reason }: Finding,
  credentials: Finding,
): WorkspaceStatus['phase'] {
  if (reason === 'Deleting' || reason === 'Suspended') return reason
  if (status === 'True') return 'Ready'
  if (reason === 'Suspending') return 'Provisioning'
  if (hasServed.has(workspace.status?.phase)) return 'Degraded'
  const waits =
    credentials.status === 'False' || reason === 'NameTaken' || reason === 'WriteRefused'
  return waits ? 'Pending' : 'Provisioning'
}
