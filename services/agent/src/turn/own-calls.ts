import { runsInAgent } from '@codelab/contracts/runs-in-agent'
import { Failure } from '@codelab/runtime/failure'
import { continueTurn } from './continue-turn.ts'
import { endCall, type ToolAnswer } from './resolve-call.ts'
import type { Call, Work } from './work.ts'

/** A tool call that the agent answers itself. */
export type OwnCall = {
  readonly callId: string
  readonly tool: string
  readonly arguments: Record<string, unknown>
}

/** A call that the agent answers itself, and may answer now. */
export const isOwnAndReady = (call: Pick<Call, 'state' | 'tool'>): boolean =>
  call.state === 'ready' && runsInAgent(call.tool)

/** Throws `conflict` for a call that the agent answers itself: no client takes it or answers it. */
export function refuseOwnCall({ callId, tool }: Pick<Call, 'callId' | 'tool'>): void {
  if (!runsInAgent(tool)) return
  throw new Failure('conflict', {
    message: `The tool call ${callId} (${tool}) is answered by the agent itself; nothing was changed.`,
  })
}

/**
 * Resolves the turn's own calls with their answers. The last answer of all queues the next step; a call that was approved meanwhile
 * has the step run once more, and while a client still works nothing is due.
 */
export async function answerOwnCalls(
  work: Work,
  answers: ReadonlyMap<string, ToolAnswer>,
): Promise<void> {
  const turn = await work.turns.current()
  const left: Call[] = []
  for (const call of await work.calls.openOf({ turn: turn.id })) {
    const answer = isOwnAndReady(call) ? answers.get(call.callId) : undefined
    if (answer) endCall(work, call, { outcome: answer.error ? 'failed' : 'executed', answer })
    else left.push(call)
  }
  if (left.length === 0) await continueTurn(work, turn.id)
  else if (left.some(isOwnAndReady)) work.queueStep()
  else work.parkStep()
}
