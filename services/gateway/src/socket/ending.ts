import { closeCodes, type FrameFailureCode } from '@codelab/contracts/errors'
import { Failure } from '@codelab/runtime/failure'
import { tryAgainLater } from './protocol.ts'

/** How a socket ends: what it is told first, if anything, and its close code and reason. */
export type Ending = {
  readonly code: number
  readonly reason: string
  readonly error?: { readonly code: FrameFailureCode; readonly message: string }
}

export const endings = {
  invalidToken: { code: closeCodes.invalidToken, reason: 'Invalid token' },
  expiredToken: {
    code: closeCodes.invalidToken,
    reason: 'Invalid token',
    error: { code: 'token_expired', message: 'Token expired' },
  },
  foreignSession: {
    code: closeCodes.foreignSession,
    reason: 'This session belongs to another user',
  },
  slowReader: { code: closeCodes.slowReader, reason: 'Reads too slowly; reconnect with after' },
  tooManyConnections: {
    code: closeCodes.tooManyConnections,
    reason: 'Too many connections; close another one first',
  },
  sessionExpired: {
    code: closeCodes.sessionExpired,
    reason: 'Session expired',
    error: {
      code: 'session_expired',
      message: 'This session has expired; start another. Its messages stay readable.',
    },
  },
  sessionGone: {
    code: closeCodes.sessionExpired,
    reason: 'Session deleted',
    error: { code: 'not_found', message: 'This session does not exist any more; start another.' },
  },
  rateLimited: { code: closeCodes.rateLimited, reason: 'Rate limit exceeded' },
  restarting: { code: closeCodes.restarting, reason: 'Restarting, reconnect' },
} as const satisfies Record<string, Ending>

/** The end of a socket whose session could not be opened. */
export function openingEnding(error: unknown): Ending {
  const failure = error instanceof Failure ? error : new Failure('internal')
  if (failure.code === 'forbidden') return endings.foreignSession
  const { code, message } = failure
  return {
    code: tryAgainLater,
    reason: 'The session cannot be opened now; try again later',
    error: { code: code === 'invalid_request' ? 'invalid_message' : code, message },
  }
}

/** The end of a socket whose token is refused. */
export function tokenEnding(error: unknown): Ending {
  if (!(error instanceof Failure)) return openingEnding(error)
  if (error.code === 'token_expired') return endings.expiredToken
  return error.code === 'unavailable' ? openingEnding(error) : endings.invalidToken
}

/** The end of a socket whose stream the agent refuses to go on with. */
export const streamEnding = (error: unknown): Ending =>
  error instanceof Failure && error.code === 'not_found'
    ? endings.sessionGone
    : openingEnding(error)
