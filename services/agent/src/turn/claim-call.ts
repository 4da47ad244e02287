import { Failure } from '@codelab/runtime/failure'
import { refuseOwnCall } from './own-calls.ts'
import { callOf } from './resolve-call.ts'
import type { Call, Work } from './work.ts'

/** A claim holds until its socket has been gone for a while. */
export const holdsClaim = (call: Call, { now, settings }: Pick<Work, 'now' | 'settings'>) =>
  call.state === 'claimed' &&
  call.claimSeenAt !== null &&
  now.getTime() - call.claimSeenAt.getTime() <= settings.claimTimeoutMs

/** Gives a call to one connection for execution. Throws `conflict` when it is not to be executed or another connection has it. */
export async function claimCall(work: Work, callId: string, connection: string): Promise<void> {
  const call = await callOf(work, callId)
  refuseOwnCall(call)
  if (call.state === 'resolved') {
    throw new Failure('conflict', { message: `The tool call ${callId} is over (${call.outcome}).` })
  }
  if (call.state === 'waiting_approval') {
    throw new Failure('conflict', {
      message: `The tool call ${callId} waits for an approval; nobody may execute it yet.`,
    })
  }
  if (call.claimedBy !== connection && holdsClaim(call, work)) {
    throw new Failure('conflict', {
      message: `Another connection is executing the tool call ${callId}.`,
    })
  }
  call.state = 'claimed'
  call.claimedBy = connection
  call.claimSeenAt = work.now
  call.claimGone = false
  work.head.lastActivityAt = work.now
  work.calls.save(call)
}
