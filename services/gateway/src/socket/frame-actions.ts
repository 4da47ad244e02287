import type { ClientFrame, LiveFrame } from '@codelab/contracts/frames'
import {
  chatCancel,
  chatMessage,
  claimTool,
  fileChanged,
  toolDecision,
  toolResult,
} from '@codelab/contracts/gateway-agent'
import { maxResultBytes } from '@codelab/contracts/tools'
import { Failure } from '@codelab/runtime/failure'
import type { AgentCalls } from '../clients/agent.ts'

/** Frames that the agent is asked about; the others concern the socket alone. */
export type ForwardedFrame = Exclude<ClientFrame, { type: 'authenticate' | 'ack' }>
type FrameOf<Type extends ForwardedFrame['type']> = Extract<ForwardedFrame, { type: Type }>

const refuseLargeResult = (result: unknown) => {
  if (result !== undefined && Buffer.byteLength(JSON.stringify(result)) > maxResultBytes) {
    throw new Failure('payload_too_large', {
      message: `result: is larger than ${maxResultBytes} bytes as JSON; send less of it.`,
      field: 'result',
    })
  }
}

/** What each frame asks of the agent, and the frame that answers it where there is one. */
export function frameActions(agent: AgentCalls, sessionId: string) {
  const session_id = sessionId
  const actions: {
    [Type in ForwardedFrame['type']]: (frame: FrameOf<Type>) => Promise<LiveFrame | undefined>
  } = {
    async user_message({ content, id, role, model, replaces }) {
      const body = { session_id, message: content, message_id: id, role, model, replaces }
      await agent.call(chatMessage, { body })
      return undefined
    },
    async tool_claim({ call_id }) {
      await agent.call(claimTool, { body: { session_id, call_id } })
      return { type: 'tool_claimed', call_id }
    },
    async tool_result({ call_id, result, error }) {
      refuseLargeResult(result)
      await agent.call(toolResult, { body: { session_id, call_id, result, error } })
      return undefined
    },
    async hitl_decision({ call_id, decision, modified_arguments, feedback, remember }) {
      const body = { session_id, call_id, decision, modified_arguments, feedback, remember }
      await agent.call(toolDecision, { body })
      return undefined
    },
    async file_changed({ path, timestamp, change }) {
      await agent.call(fileChanged, { body: { session_id, path, timestamp, change } })
      return undefined
    },
    async cancel() {
      await agent.call(chatCancel, { body: { session_id } })
      return undefined
    },
  }
  return (frame: ForwardedFrame): Promise<LiveFrame | undefined> => {
    const act = actions[frame.type] as (frame: ForwardedFrame) => Promise<LiveFrame | undefined> // the table's key is the frame's type
    return act(frame)
  }
}
