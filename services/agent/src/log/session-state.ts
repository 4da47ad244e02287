import type { LogFrame, SessionState } from '@codelab/contracts/frames'
import { runsInAgent } from '@codelab/contracts/runs-in-agent'

/** What a session is busy with after the frame `seq` of its log. */
export type Progress = {
  seq: number
  turn: boolean
  readonly waitingApproval: Set<string>
  readonly waitingTool: Set<string>
}

/** The state that people see: a question to them comes before work of their machine, and that before the model's. */
export function stateOf({ turn, waitingApproval, waitingTool }: Progress): SessionState {
  if (waitingApproval.size > 0) return 'waiting_approval'
  if (waitingTool.size > 0) return 'waiting_tool'
  return turn ? 'thinking' : 'idle'
}

/** Takes one more frame in; those that it already includes change nothing. In place, since a turn may have thousands of calls. */
export function advance(progress: Progress, frame: LogFrame): void {
  if (frame.seq <= progress.seq) return
  progress.seq = frame.seq
  const { waitingApproval, waitingTool } = progress
  if (frame.type === 'turn') progress.turn = frame.state === 'started'
  if (frame.type !== 'tool_call' && frame.type !== 'tool_resolved') return
  waitingApproval.delete(frame.call_id)
  waitingTool.delete(frame.call_id)
  if (frame.type === 'tool_resolved') return
  if (frame.requires_approval) waitingApproval.add(frame.call_id)
  else if (!runsInAgent(frame.tool_name)) waitingTool.add(frame.call_id)
}
