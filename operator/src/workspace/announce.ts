import type { WorkspaceStatus } from '@codelab/contracts/workspace-status'

/** Something for `kubectl describe`. */
export type Announcement = {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly note: string
}

const readyOf = (status: WorkspaceStatus | undefined) =>
  status?.conditions?.find(({ type }) => type === 'Ready')

/** What is worth an event between two statuses: another phase, or another reason not to be ready. The first steps of a new workspace are none. */
export function announcementOf(
  before: WorkspaceStatus | undefined,
  after: WorkspaceStatus,
): Announcement | undefined {
  const now = readyOf(after)
  if (!now) return undefined
  const samePhase = before?.phase === after.phase
  const sameReason = readyOf(before)?.reason === now.reason
  const isBad = after.phase === 'Degraded' || after.phase === 'Pending'
  if (samePhase && (sameReason || !isBad)) return undefined
  if (after.phase === 'Provisioning' && !before) return undefined
  return { type: isBad ? 'Warning' : 'Normal', reason: now.reason, note: now.message }
}
