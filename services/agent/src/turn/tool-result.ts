import { Failure } from '@codelab/runtime/failure'
import { holdsClaim } from './claim-call.ts'
import { refuseOwnCall } from './own-calls.ts'
import { callOf, resolveCall, type ToolAnswer } from './resolve-call.ts'
import type { Work } from './work.ts'

/**
 * Takes the answer of the machine that executed a call. Throws `conflict` when the call is already answered, still waits for an
 * approval, or is being executed by another socket that is still there; `not_found` for an unknown call.
 */
export async function takeResult(
  work: Work,
  callId: string,
  answer: ToolAnswer,
  { connection, by }: { connection: string | undefined; by?: string | undefined },
): Promise<void> {
  const call = await callOf(work, callId)
  refuseOwnCall(call)
  if (call.state === 'resolved') {
    throw new Failure('conflict', {
      message: `The tool call ${callId} already has its result (${call.outcome}); nothing was changed.`,
    })
  }
  if (call.state === 'waiting_approval') {
    throw new Failure('conflict', {
      message: `The tool call ${callId} waits for an approval and may not have been executed.`,
    })
  }
  const foreign = call.claimedBy !== connection && holdsClaim(call, work)
  // A socket that is gone cannot deliver: its client comes back on another one.
  if (foreign && !call.claimGone) {
    throw new Failure('conflict', {
      message: `Another connection is executing the tool call ${callId}; its result counts.`,
    })
  }
  await resolveCall(work, call, { outcome: outcomeOf(answer), answer, by })
}

/** A machine that crashed while it executed says that it cannot know. */
function outcomeOf({ error }: ToolAnswer): 'executed' | 'failed' | 'unknown' {
  if (error === undefined) return 'executed'
  return typeof error === 'object' && error.code === 'unknown_outcome' ? 'unknown' : 'failed'
}
