import { z } from 'zod'

/** Failure code → HTTP status and the sentence shown when the thrower gave none. The only place where the two meet. */
export const failures = {
  invalid_request: { status: 400, message: 'The request is not valid.' },
  unauthorized: { status: 401, message: 'Sign in first: the token is missing or not valid.' },
  token_expired: { status: 401, message: 'Token expired' },
  forbidden: { status: 403, message: 'This is not allowed for you.' },
  not_found: { status: 404, message: 'There is no such thing here.' },
  conflict: { status: 409, message: 'This was already decided or is taken.' },
  payload_too_large: { status: 413, message: 'The body is too large.' },
  unsupported_media_type: { status: 415, message: 'Send JSON as application/json, in UTF-8.' },
  unprocessable: { status: 422, message: 'The request is well formed but cannot be carried out.' },
  rate_limited: { status: 429, message: 'Too many requests; wait and try again.' },
  internal: {
    status: 500,
    message: 'Something went wrong here; the request id finds it in the log.',
  },
  upstream_failed: { status: 502, message: 'The model provider failed.' },
  unavailable: {
    status: 503,
    message: 'The service is not available right now; try again shortly.',
  },
  upstream_timeout: { status: 504, message: 'The model provider did not answer in time.' },
} as const satisfies Record<string, { status: number; message: string }>

export type FailureCode = keyof typeof failures
export const FailureCode = z.enum(Object.keys(failures) as [FailureCode, ...FailureCode[]])

/** The body of every failed request, except where a standard rules (OAuth, OpenAI-compatible routes) or the internal token is wrong. */
export const FailureBody = z.object({
  error: z.object({
    code: FailureCode,
    message: z.string(),
    field: z.string().optional(),
    retry_after_s: z.number().optional(),
    request_id: z.string(),
  }),
})
export type FailureBody = z.infer<typeof FailureBody>

/** A missing or wrong internal token, and nothing else, is answered with this and status 401. */
export const UnauthorizedService = z.object({ error: z.literal('Unauthorized') })

/** Codes of `error` frames: those of HTTP and three of the socket's own. */
export const FrameFailureCode = z.enum([
  ...(Object.keys(failures) as [FailureCode, ...FailureCode[]]),
  'invalid_message',
  'session_expired',
])
export type FrameFailureCode = z.infer<typeof FrameFailureCode>

/** Why the gateway closes a socket. */
export const closeCodes = {
  invalidToken: 4001,
  foreignSession: 4003,
  slowReader: 4008,
  tooManyConnections: 4009,
  sessionExpired: 4010,
  rateLimited: 4029,
  frameTooLarge: 1009,
  restarting: 1012,
} as const

/** What a tool answers when it cannot do what was asked; the model reads it. */
export const ToolFailureCode = z.enum([
  'path_outside_workspace',
  'file_too_large',
  'not_text',
  'file_not_found',
  'already_exists',
  'not_a_file',
  'not_a_directory',
  'edit_not_found',
  'edit_ambiguous',
  'git_failed',
  'command_failed',
  'command_timeout',
  'permission_denied',
  'unknown_tool',
  'invalid_arguments',
  'denied_by_policy',
  'rejected_by_user',
  'cancelled',
  'expired',
  'unknown_outcome',
  'result_too_large',
  'failed',
])
export type ToolFailureCode = z.infer<typeof ToolFailureCode>
