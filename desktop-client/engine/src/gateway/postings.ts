import type { ClientFrame, ServerFrame } from '@codelab/contracts/frames'
import { Failure } from '@codelab/runtime/failure'
import type { Posting, Verdict } from './outbox.ts'

type Frame<Type extends ClientFrame['type']> = Extract<ClientFrame, { type: Type }>

const busyMs = 2_000
/** A claim of a socket that is gone ends after 30 s: ask again until then, and a little beyond. */
const takenMs = 5_000

const transient = new Set(['unavailable', 'rate_limited', 'internal', 'upstream_timeout'])

/** What an `error` frame in answer to `id` means: an expired token and a busy server are no refusal. */
function refusal(frame: ServerFrame, id: string): Verdict<never> {
  if (frame.type !== 'error' || frame.in_reply_to !== id) return undefined
  if (frame.code === 'token_expired') return { againMs: busyMs }
  if (transient.has(frame.code)) return { againMs: busyMs }
  const code =
    frame.code === 'invalid_message' || frame.code === 'session_expired'
      ? 'invalid_request'
      : frame.code
  return { failed: new Failure(code, { message: frame.message }) }
}

const isConflict = (frame: ServerFrame, id: string) =>
  frame.type === 'error' && frame.in_reply_to === id && frame.code === 'conflict'

const isResolved = (frame: ServerFrame, callId: string) =>
  frame.type === 'tool_resolved' && frame.call_id === callId

/** Taken when its echo, which carries the same id, has come. */
export const messagePosting = (
  frame: Frame<'user_message'> & { readonly id: string },
): Posting<void> => ({
  key: `message ${frame.id}`,
  frame,
  judge: (answer) =>
    answer.type === 'user_message' && answer.id === frame.id
      ? { done: undefined }
      : refusal(answer, frame.id),
})

/** Answers `claimed`, or `gone` when another client has answered the call meanwhile. */
export const claimPosting = (callId: string): Posting<'claimed' | 'gone'> => ({
  key: `claim ${callId}`,
  frame: { type: 'tool_claim', call_id: callId },
  judge: (answer) => {
    if (answer.type === 'tool_claimed' && answer.call_id === callId) return { done: 'claimed' }
    if (isResolved(answer, callId)) return { done: 'gone' }
    if (isConflict(answer, callId)) return { againMs: takenMs }
    return refusal(answer, callId)
  },
})

/** Taken when the call is resolved: a conflict may come from our own claim on a lost socket, so it is no answer yet. */
export const resultPosting = (frame: Frame<'tool_result'>): Posting<void> => ({
  key: `result ${frame.call_id}`,
  frame,
  judge: (answer) => {
    if (isResolved(answer, frame.call_id)) return { done: undefined }
    if (isConflict(answer, frame.call_id)) return { againMs: takenMs }
    return refusal(answer, frame.call_id)
  },
})

/** Answers `taken`, or `late` when the call had been decided or had ended before. */
export const decisionPosting = (frame: Frame<'hitl_decision'>): Posting<'taken' | 'late'> => ({
  key: `decision ${frame.call_id}`,
  frame,
  judge: (answer) => {
    if (isConflict(answer, frame.call_id)) return { done: 'late' }
    if (answer.type === 'tool_resolved' && answer.call_id === frame.call_id) {
      const ours = frame.decision === 'reject' ? answer.outcome === 'rejected' : true
      return { done: ours ? 'taken' : 'late' }
    }
    const released =
      answer.type === 'tool_call' && answer.call_id === frame.call_id && !answer.requires_approval
    if (released) return { done: frame.decision === 'reject' ? 'late' : 'taken' }
    return refusal(answer, frame.call_id)
  },
})

/** Taken when the turn has ended, in whichever way. */
export const cancelPosting = (): Posting<void> => ({
  key: 'cancel',
  frame: { type: 'cancel' },
  judge: (answer) =>
    answer.type === 'turn' && answer.state !== 'started' ? { done: undefined } : undefined,
})

/** The server shows a path on one line: what it may have replaced in it does not count. */
const bare = (path: string) => path.toWellFormed().replace(/[\p{Cc}\u2028\u2029\uFFFD]/gu, '')

/** Taken when it is echoed; a later change of the same file stands for itself. */
export const fileChangePosting = (frame: Frame<'file_changed'>): Posting<void> => ({
  key: `file ${frame.path} ${frame.timestamp}`,
  frame,
  judge: (answer) => {
    const echoed = answer.type === 'file_changed' && bare(answer.path) === bare(frame.path)
    return echoed ? { done: undefined } : undefined
  },
})
