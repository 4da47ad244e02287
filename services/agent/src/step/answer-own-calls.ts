import type { SessionWork } from '../store/session-work.ts'
import type { HeldStep } from '../store/leases.ts'
import { answerOwnCalls, type OwnCall } from '../turn/own-calls.ts'
import type { ToolAnswer } from '../turn/resolve-call.ts'

export type AnswerCall = (
  call: OwnCall,
  of: { sessionId: string; userId: string; signal: AbortSignal },
) => Promise<ToolAnswer>

const failedAgain: ToolAnswer = {
  error: { code: 'failed', message: 'This call failed again and again. Take another way.' },
}

/**
 * Answers the calls of a step that the agent runs itself, outside any transaction, and then stores all answers in one. What a lost
 * worker had worked out is worked out again: nothing of it was stored. `false` when it was aborted before.
 */
export async function answerStep(
  { inSession, answerCall }: { inSession: SessionWork; answerCall: AnswerCall },
  { sessionId, userId, fence, ownCalls }: HeldStep,
  { signal, giveUp }: { signal: AbortSignal; giveUp: boolean },
): Promise<boolean> {
  const answers = new Map<string, ToolAnswer>()
  try {
    for (const call of ownCalls) {
      const answer = giveUp ? failedAgain : await answerCall(call, { sessionId, userId, signal })
      answers.set(call.callId, answer)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  if (signal.aborted) return false
  await inSession({ sessionId, fence }, (work) => answerOwnCalls(work, answers))
  return true
}
