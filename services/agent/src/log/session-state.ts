import type { LogFrame, SessionState } from '@codelab/contracts/frames'
import { runsInAgent } from '@codelab/contracts/runs-in-agent'

/** What a session is busy with after the frame `seq` of its log. */
export type Progress = {
  readonly seq: number
  readonly turn: boolean
  readonly waitingApproval: ReadonlySet<string>
  readonly waitingTool: ReadonlySet<string>
}

/** The state that people see: a question to them comes before work of their machine, and that before the model's. */
export function stateOf({ turn, waitingApproval, waitingTool }: Progress): SessionState {
  if (waitingApproval.size > 0) return 'waiting_approval'
  if (waitingTool.size > 0) return 'waiting_tool'
  return turn ? 'thinking' : 'idle'
}

/** The progress after one more frame; frames that it already includes change nothing. */
export function stateAfter(progress: Progress, frame: LogFrame): Progress {
  if (frame.seq <= progress.seq) return progress
  const seq = frame.seq
  switch (frame.type) {
    case 'turn':
      return { ...progress, seq, turn: frame.state === 'started' }
    case 'tool_call': {
      const { call_id, requires_approval, tool_name } = frame
      const approval = without(progress.waitingApproval, call_id)
      const tool = without(progress.waitingTool, call_id)
      if (requires_approval) approval.add(call_id)
      else if (!runsInAgent(tool_name)) tool.add(call_id)
      return { ...progress, seq, waitingApproval: approval, waitingTool: tool }
    }
    case 'tool_resolved':
      return {
        ...progress,
        seq,
        waitingApproval: without(progress.waitingApproval, frame.call_id),
        waitingTool: without(progress.waitingTool, frame.call_id),
      }
    default:
      return { ...progress, seq }
  }
}

function without(ids: ReadonlySet<string>, id: string): Set<string> {
  const rest = new Set(ids)
  rest.delete(id)
  return rest
}
