import { instantAfter } from './instant.ts'
import type { Call, Work } from './work.ts'

export type Verdict = { action: 'allow' | 'ask'; reason?: string | undefined }

/** Stores a call that was judged and tells the session's clients of it: to execute it, or to ask the person first. */
export function openCall(
  work: Work,
  proposed: Pick<Call, 'callId' | 'turnId' | 'vendorId' | 'tool' | 'arguments' | 'digest'> &
    Partial<Pick<Call, 'jobId'>>,
  verdict: Verdict,
): void {
  const asks = verdict.action === 'ask'
  const expiresAt = asks ? instantAfter(work.now, work.settings.approvalTimeoutMs) : null
  const call: Call = {
    jobId: null,
    answer: null,
    ...proposed,
    edited: false,
    state: asks ? 'waiting_approval' : 'ready',
    outcome: null,
    reason: verdict.reason ?? null,
    resolvedBy: null,
    seq: 0,
    claimedBy: null,
    claimSeenAt: null,
    claimGone: false,
    expiresAt,
    createdAt: work.now,
    resolvedAt: null,
  }
  announce(work, call)
  work.calls.save(call)
}

/** The `tool_call` frame of a call in its present state. */
export function announce(work: Work, call: Call): void {
  const asks = call.state === 'waiting_approval'
  call.seq = work.emit({
    type: 'tool_call',
    call_id: call.callId,
    tool_name: call.tool,
    arguments: call.arguments,
    requires_approval: asks,
    ...(asks && call.reason !== null && { reason: call.reason }),
    ...(asks && call.expiresAt !== null && { expires_at: call.expiresAt.toISOString() }),
  })
}
