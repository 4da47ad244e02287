import { Failure } from '@codelab/runtime/failure'
import { resultForModel } from '../context/result-text.ts'
import { wakeJob } from '../jobs/queue-job.ts'
import { continueTurn } from './continue-turn.ts'
import { cleanJson, cleanText } from './text.ts'
import type { Call, CallOutcome, Work } from './work.ts'

export type ToolAnswer = {
  result?: unknown
  error?: string | { code: string; message: string } | undefined
}

type Ending = { outcome: CallOutcome; answer: ToolAnswer; by?: string | undefined }

/** Ends a call, and queues the next step or run when it was the last one open. */
export async function resolveCall(work: Work, call: Call, ending: Ending): Promise<void> {
  endCall(work, call, ending)
  if (call.turnId !== null) await continueTurn(work, call.turnId)
  if (call.jobId !== null) await continueJob(work, call.jobId)
}

/** Ends a call: its frame, and its answer in the context or for the job that asked. Whoever asked does not go on by that alone. */
export function endCall(work: Work, call: Call, { outcome, answer, by }: Ending): void {
  call.state = 'resolved'
  call.outcome = outcome
  call.resolvedBy = by ?? null
  call.resolvedAt = work.now
  if (call.jobId !== null) call.answer = cleanJson(answer)
  work.calls.save(call)
  work.emit({
    type: 'tool_resolved',
    call_id: call.callId,
    outcome,
    ...(by !== undefined && { by }),
  })
  if (call.jobId === null) addAnswer(work, call, answer)
  work.head.lastActivityAt = work.now
}

/** The answer to the last call that a job waits for queues its next run. */
async function continueJob(work: Work, jobId: string): Promise<void> {
  if (!(await work.calls.anyOpen({ job: jobId }))) await wakeJob(work, jobId)
}

/** The answer as the model reads it; a long one is cut for the model only. */
function addAnswer(work: Work, call: Call, answer: ToolAnswer): void {
  if (call.turnId === null) {
    // Nobody's model asked for it: the pair of call and answer enters the context together.
    work.addMessage({
      id: work.newId(),
      role: 'assistant',
      content: '',
      toolCalls: [{ call_id: call.callId, tool_name: call.tool, arguments: call.arguments }],
    })
  }
  const whole = { ...cleanJson(answer), ...(call.edited && { edited: call.arguments }) }
  const content = cleanText(resultForModel(whole, work.settings.contextMaxTokens))
  const full = fullText(answer)
  work.addMessage({
    id: work.newId(),
    role: 'tool',
    content,
    ...(full !== undefined && !content.includes(full) && { fullContent: full }),
    callId: call.callId,
    turnId: call.turnId,
  })
}

function fullText({ result }: ToolAnswer): string | undefined {
  if (result === undefined) return undefined
  return cleanText(typeof result === 'string' ? result : JSON.stringify(result))
}

/** The call of that id, or `not_found`. */
export async function callOf(work: Work, callId: string): Promise<Call> {
  const call = await work.calls.byId(callId)
  if (call) return call
  throw new Failure('not_found', { message: `There is no tool call ${callId} in this session.` })
}
