import { runsInAgent } from '@codelab/contracts/runs-in-agent'
import { resultForModel } from '../context/result-text.ts'
import { mostSteps } from '../jobs/task-turn.ts'
import { judge } from '../policy/judge.ts'
import { argumentsDigest } from '../tools/canonical.ts'
import { checkToolCall } from '../tools/propose.ts'
import { openCall } from './open-call.ts'
import type { Turn, Work } from './work.ts'

/** A call as the model made it; `callId` is ours, `vendorId` the vendor's. */
export type ProposedCall = {
  callId: string
  vendorId: string
  name: string
  arguments: Record<string, unknown>
  invalidArguments?: string | undefined
}

export type Proceeding = {
  /** Wait for people and machines, answer calls of the agent's own first, go on with the next step at once, or stop the turn here. */
  proceed: 'wait' | 'answer' | 'next' | 'stop'
  repeated: boolean
}

/** Checks and judges what the model asks for. What is refused is told to the model only; a turn out of steps opens nothing any more. */
export async function proposeCalls(
  work: Work,
  turn: Turn,
  calls: readonly ProposedCall[],
): Promise<Proceeding> {
  const outOfSteps = work.head.step >= mostSteps(work)
  let opened = 0
  let own = 0
  let repeated = false
  for (const call of calls) {
    const checked = checkToolCall(call)
    if (!checked.ok) {
      refuse(work, turn, call, { code: checked.code, message: checked.message })
      continue
    }
    const digest = argumentsDigest(checked.name, checked.arguments)
    const repeats = await work.calls.repeats(turn.id, digest)
    repeated ||= repeats + 1 >= work.settings.maxIdenticalCalls
    if (outOfSteps || repeated) {
      refuse(work, turn, call, { code: 'cancelled', message: 'Not executed: the turn ended here.' })
      continue
    }
    const remembered = await work.approvals.remembers(checked.name, digest)
    const { rules } = work.settings
    const verdict = judge({ tool: checked.name, arguments: checked.arguments, rules, remembered })
    if (verdict.action === 'deny') {
      const why = verdict.reason ?? `The workspace's rules deny this use of ${checked.name}.`
      refuse(work, turn, call, { code: 'denied_by_policy', message: why })
      continue
    }
    await openCall(
      work,
      {
        callId: call.callId,
        turnId: turn.id,
        vendorId: call.vendorId,
        tool: checked.name,
        arguments: checked.arguments,
        digest,
      },
      { action: verdict.action, reason: verdict.reason },
    )
    opened += 1
    if (verdict.action === 'allow' && runsInAgent(checked.name)) own += 1
  }
  if (opened > 0) return { proceed: own > 0 ? 'answer' : 'wait', repeated: false }
  return { proceed: outOfSteps || repeated ? 'stop' : 'next', repeated: repeated && !outOfSteps }
}

function refuse(
  work: Work,
  turn: Turn,
  call: ProposedCall,
  error: { code: string; message: string },
): void {
  work.addMessage({
    id: work.newId(),
    role: 'tool',
    content: resultForModel({ error }, work.settings.contextMaxTokens),
    callId: call.callId,
    turnId: turn.id,
  })
}
