import type { FrameFailureCode } from '@codelab/contracts/errors'
import type { ClientFrame, LiveFrame } from '@codelab/contracts/frames'
import { publicFailure } from '@codelab/runtime/failure'

type ErrorFrame = Extract<LiveFrame, { type: 'error' }>

/** What an error is the answer to: the frame's own id, or the call it speaks of. */
export const repliedId = (frame: ClientFrame): string | undefined => {
  if ('call_id' in frame) return frame.call_id
  return 'id' in frame ? frame.id : undefined
}

export const errorFrame = (
  code: FrameFailureCode,
  message: string,
  inReplyTo?: string,
): ErrorFrame => ({
  type: 'error',
  code,
  message,
  ...(inReplyTo !== undefined && { in_reply_to: inReplyTo }),
})

/** Any thrown thing as the frame a client gets. A refused body is a bad frame of the client's, named by its field. */
export function failureFrame(error: unknown, inReplyTo?: string): ErrorFrame {
  const { code, message, field } = publicFailure(error)
  const named = field === undefined || message.includes(field) ? message : `${field}: ${message}`
  return errorFrame(code === 'invalid_request' ? 'invalid_message' : code, named, inReplyTo)
}
