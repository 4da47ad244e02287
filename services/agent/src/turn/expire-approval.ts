import { resolveCall } from './resolve-call.ts'
import type { Work } from './work.ts'

/** Resolves a call whose approval did not come in time; false when it was decided after all. */
export async function expireApproval(work: Work, callId: string): Promise<boolean> {
  const call = await work.calls.byId(callId)
  if (call?.state !== 'waiting_approval') return false
  if (call.expiresAt === null || call.expiresAt > work.now) return false
  const message = 'Nobody approved this call in time, so it was not run.'
  await resolveCall(work, call, {
    outcome: 'expired',
    answer: { error: { code: 'expired', message } },
  })
  return true
}
