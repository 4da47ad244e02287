import { runsInAgent } from '@codelab/contracts/runs-in-agent'
import type { ServerFrame } from '@codelab/contracts/frames'

type CallFrame = Extract<ServerFrame, { type: 'tool_call' }>

/** What this machine says of a call that the workspace has released. */
export type Verdict = {
  readonly action: 'ask' | 'deny'
  readonly reason: string
}
export type JudgeHere = (
  tool: string,
  args: Readonly<Record<string, unknown>>,
) => Verdict | undefined

/** Why a call is not executed though the workspace has released it. */
export type Refusal = { readonly code: string; readonly message: string }

/** Calls that the workspace has released and this machine holds back until its own person has decided. */
export type Holds = {
  /** The frame as the conversation shows it: a call that is held back still waits for approval. */
  screen(frame: ServerFrame): ServerFrame
  isHeld(callId: string): boolean
  /** A person here approved the call over the workspace: it is not asked about again. */
  approvedHere(callId: string): void
  /** Lets a call go: the frame as the workspace sent it. */
  release(callId: string): CallFrame | undefined
  /** As `release`, and the call will be answered with a refusal. */
  refuse(callId: string, feedback: string | undefined): CallFrame | undefined
  /** Asked right before a call is executed. */
  refusalOf(
    callId: string,
    tool: string,
    args: Readonly<Record<string, unknown>>,
  ): Refusal | undefined
}

/** `judge`: the rules of this machine as they are when it is called. */
export function createHolds(judge: JudgeHere): Holds {
  const held = new Map<string, CallFrame>()
  const approved = new Set<string>()
  const refused = new Map<string, Refusal>()

  const take = (callId: string) => {
    const frame = held.get(callId)
    held.delete(callId)
    return frame
  }

  return {
    screen: (frame) => {
      if (frame.type === 'tool_resolved') held.delete(frame.call_id)
      if (frame.type !== 'tool_call' || frame.requires_approval) return frame
      if (runsInAgent(frame.tool_name) || approved.has(frame.call_id)) return frame
      const verdict = judge(frame.tool_name, frame.arguments)
      if (verdict?.action !== 'ask') return frame
      held.set(frame.call_id, frame)
      return { ...frame, requires_approval: true, reason: verdict.reason }
    },
    isHeld: (callId) => held.has(callId),
    approvedHere: (callId) => void approved.add(callId),
    release: (callId) => {
      approved.add(callId)
      return take(callId)
    },
    refuse: (callId, feedback) => {
      const message = feedback
        ? `The person at this machine rejected the call: ${feedback}`
        : 'The person at this machine rejected the call.'
      refused.set(callId, { code: 'rejected_by_user', message })
      return take(callId)
    },
    refusalOf: (callId, tool, args) => {
      const rejected = refused.get(callId)
      if (rejected) return rejected
      const verdict = judge(tool, args)
      return verdict?.action === 'deny'
        ? { code: 'denied_by_policy', message: verdict.reason }
        : undefined
    },
  }
}
