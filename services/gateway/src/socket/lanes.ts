import type { ClientFrame } from '@codelab/contracts/frames'

/** Which earlier frames of the same socket a frame waits for, and under which name later ones wait for it. */
export type Lanes = { readonly joins: string; readonly waitsFor: readonly string[] }

/** Every frame waits for an `authenticate` sent before it: with the old token it might be refused. */
const token = 'token'

const callLane = (callId: string): Lanes => ({
  joins: `call:${callId}`,
  waitsFor: [token, `call:${callId}`],
})

/**
 * Frames take effect in the order sent wherever that order can be seen: files and messages among each other, a cancel after the message it
 * may be meant for, all frames of one call. A cancel or a decision never waits for a long tool result or a flood of file changes.
 */
export function lanesOf(frame: ClientFrame): Lanes {
  switch (frame.type) {
    case 'user_message':
      return { joins: 'messages', waitsFor: [token, 'messages', 'files'] }
    case 'file_changed':
      return { joins: 'files', waitsFor: [token, 'files', 'messages'] }
    case 'cancel':
      return { joins: 'messages', waitsFor: [token, 'messages'] }
    case 'tool_claim':
    case 'tool_result':
    case 'hitl_decision':
      return callLane(frame.call_id)
    case 'authenticate':
      return { joins: token, waitsFor: [token] }
    case 'ack':
      return { joins: 'ack', waitsFor: [] }
  }
}
