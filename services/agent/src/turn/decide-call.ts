import { Failure } from '@codelab/runtime/failure'
import { taskWaits } from '../jobs/task-turn.ts'
import { judge } from '../policy/judge.ts'
import { checkToolCall } from '../tools/propose.ts'
import { announce } from './open-call.ts'
import { isOwnAndReady } from './own-calls.ts'
import { callOf, resolveCall } from './resolve-call.ts'
import { cleanJson, cleanText } from './text.ts'
import type { Call, Work } from './work.ts'

export type Decision = {
  decision: 'approve' | 'reject' | 'edit'
  modified_arguments?: Record<string, unknown> | undefined
  feedback?: string | undefined
  remember?: 'session' | undefined
}

/**
 * Applies a person's decision on a waiting call. Throws `conflict` when it no longer waits, `not_found` for an unknown call,
 * `invalid_request` with the field when edited arguments are refused: the approval then stays open.
 */
export async function decideCall(
  work: Work,
  callId: string,
  decision: Decision,
  by?: string,
): Promise<void> {
  const call = await callOf(work, callId)
  if (call.state !== 'waiting_approval') {
    throw new Failure('conflict', {
      message: `The tool call ${callId} was already decided; nothing was changed.`,
    })
  }
  if (call.expiresAt !== null && call.expiresAt <= work.now) {
    throw new Failure('conflict', {
      message: `The approval of the tool call ${callId} came too late; nothing was changed.`,
    })
  }
  if (decision.decision === 'reject') return reject(work, call, decision.feedback, by)
  if (decision.decision === 'edit') await edit(work, call, decision.modified_arguments ?? {})
  call.state = 'ready'
  call.expiresAt = null
  announce(work, call)
  work.calls.save(call)
  if (call.turnId !== null) await taskWaits(work)
  // Nobody else would answer it.
  if (isOwnAndReady(call)) work.queueStep()
  work.head.lastActivityAt = work.now
  if (decision.remember === 'session') await work.approvals.remember(call.tool, call.digest)
}

async function reject(work: Work, call: Call, feedback: string | undefined, by?: string) {
  const message = feedback
    ? `The user rejected this call and said: ${cleanText(feedback)}`
    : 'The user rejected this call. Do not repeat it; ask or take another way.'
  const answer = { error: { code: 'rejected_by_user', message } }
  await resolveCall(work, call, { outcome: 'rejected', answer, by })
}

async function edit(work: Work, call: Call, modified: Record<string, unknown>): Promise<void> {
  const checked = checkToolCall({ name: call.tool, arguments: cleanJson(modified) })
  if (!checked.ok) {
    const field = checked.field.replace(/^arguments/, 'modified_arguments')
    const message = checked.message.replace(/\barguments\./, 'modified_arguments.')
    throw new Failure('invalid_request', {
      message: message.includes(field) ? message : `${field}: ${message}`,
      field,
    })
  }
  const { rules } = work.settings
  const verdict = judge({ tool: call.tool, arguments: checked.arguments, rules, remembered: false })
  if (verdict.action === 'deny') {
    throw new Failure('invalid_request', {
      message: `modified_arguments: the workspace's rules deny this${verdict.reason ? `: ${verdict.reason}` : '.'}`,
      field: 'modified_arguments',
    })
  }
  call.edited = checked.digest !== call.digest
  call.arguments = checked.arguments
  call.digest = checked.digest
}
