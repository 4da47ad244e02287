import { runsInAgent } from '@codelab/contracts/runs-in-agent'
import { resultForModel } from '../context/result-text.ts'
import { mostSteps } from '../jobs/task-turn.ts'
import { judge } from '../policy/judge.ts'
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
  const { rules, maxIdenticalCalls } = work.settings
  const proposals = calls.map((call) => ({ call, checked: checkToolCall(call) }))
  const remembered = await work.approvals.remembered(
    proposals.flatMap(({ checked }) => (checked.ok ? [checked.digest] : [])),
  )
  let latest = streakOf(await work.calls.latestDigests(turn.id, maxIdenticalCalls))
  let opened = 0
  let own = 0
  let repeated = false
  for (const { call, checked } of proposals) {
    if (!checked.ok) {
      refuse(work, turn, call, { code: checked.code, message: checked.message })
      continue
    }
    const { name: tool, arguments: args, digest } = checked
    const streak = { digest, length: latest.digest === digest ? latest.length + 1 : 1 }
    repeated ||= streak.length >= maxIdenticalCalls
    if (outOfSteps || repeated) {
      refuse(work, turn, call, { code: 'cancelled', message: 'Not executed: the turn ended here.' })
      continue
    }
    const verdict = judge({ tool, arguments: args, rules, remembered: remembered.has(digest) })
    if (verdict.action === 'deny') {
      const why = verdict.reason ?? `The workspace's rules deny this use of ${tool}.`
      refuse(work, turn, call, { code: 'denied_by_policy', message: why })
      continue
    }
    const { callId, vendorId } = call
    const { action, reason } = verdict
    const asked = { callId, turnId: turn.id, vendorId, tool, arguments: args, digest }
    openCall(work, asked, { action, reason })
    latest = streak
    opened += 1
    if (action === 'allow' && runsInAgent(tool)) own += 1
  }
  if (opened > 0) return { proceed: own > 0 ? 'answer' : 'wait', repeated: false }
  return { proceed: outOfSteps || repeated ? 'stop' : 'next', repeated: repeated && !outOfSteps }
}

/** The latest call of a turn and how often it was asked for in a row. */
function streakOf(latest: readonly string[]) {
  const different = latest.findIndex((digest) => digest !== latest[0])
  return { digest: latest[0], length: different < 0 ? latest.length : different }
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
