import { isDeepStrictEqual } from 'node:util'
import { runsInAgent } from '@codelab/contracts/runs-in-agent'
import { Failure } from '@codelab/runtime/failure'
import { judge } from '../policy/judge.ts'
import { checkToolCall } from '../tools/propose.ts'
import { refuseExpired } from './expiry.ts'
import { openCall } from './open-call.ts'
import { cleanJson } from './text.ts'
import type { Work } from './work.ts'

export type ToolRequest = {
  call_id: string
  tool_name: string
  arguments: Record<string, unknown>
}

/**
 * Asks for a tool outside a model's turn. Throws `unprocessable` with the field for an unknown tool or bad arguments, `forbidden`
 * when a rule denies it, `conflict` when the id already names another call. The same request twice is one call.
 */
export async function executeTool(
  work: Work,
  request: ToolRequest,
): Promise<{ call_id: string; requires_approval: boolean }> {
  const checked = checkToolCall({
    name: request.tool_name,
    arguments: cleanJson(request.arguments),
  })
  if (!checked.ok) {
    throw new Failure('unprocessable', { message: checked.message, field: checked.field })
  }
  if (runsInAgent(checked.name)) {
    throw new Failure('unprocessable', {
      message: `${checked.name} is answered by the agent within a turn; it cannot be asked for outside one.`,
      field: 'tool_name',
    })
  }
  const known = await work.calls.byId(request.call_id)
  if (known) {
    if (known.tool === checked.name && isDeepStrictEqual(known.arguments, checked.arguments)) {
      return { call_id: known.callId, requires_approval: known.state === 'waiting_approval' }
    }
    throw new Failure('conflict', { message: `The id ${request.call_id} names another tool call.` })
  }
  refuseExpired(work)
  const { digest } = checked
  const remembered = (await work.approvals.remembered([digest])).has(digest)
  const { rules } = work.settings
  const verdict = judge({ tool: checked.name, arguments: checked.arguments, rules, remembered })
  if (verdict.action === 'deny') {
    throw new Failure('forbidden', {
      message: `The workspace's rules deny this use of ${checked.name}${verdict.reason ? `: ${verdict.reason}` : '.'}`,
    })
  }
  openCall(
    work,
    {
      callId: request.call_id,
      turnId: null,
      vendorId: null,
      tool: checked.name,
      arguments: checked.arguments,
      digest,
    },
    { action: verdict.action, reason: verdict.reason },
  )
  work.head.lastActivityAt = work.now
  return { call_id: request.call_id, requires_approval: verdict.action === 'ask' }
}
