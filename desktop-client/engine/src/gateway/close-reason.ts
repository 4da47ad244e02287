import { closeCodes } from '@codelab/contracts/errors'
import { Failure } from '@codelab/runtime/failure'

/** How a connection ended: a close code of the socket, or the status of a refused upgrade. */
export type Ending = {
  readonly code: number
  readonly reason: string
  readonly status?: number
  readonly retryAfterSeconds?: number
  /** Why the line could not be opened. */
  readonly error?: Error
}

/** What to do after a connection has ended. */
export type Next =
  | { readonly act: 'reconnect'; readonly soon?: boolean; readonly waitMs?: number }
  | { readonly act: 'refresh' }
  | { readonly act: 'expired' }
  | { readonly act: 'stop'; readonly failure: Failure }

const stop = (code: ConstructorParameters<typeof Failure>[0], message: string): Next => ({
  act: 'stop',
  failure: new Failure(code, { message }),
})

const byCode: Readonly<Record<number, Next>> = {
  [closeCodes.invalidToken]: { act: 'refresh' },
  [closeCodes.foreignSession]: stop(
    'not_found',
    'This session belongs to somebody else. Start another one.',
  ),
  [closeCodes.slowReader]: { act: 'reconnect', soon: true },
  [closeCodes.tooManyConnections]: stop(
    'rate_limited',
    'Too many windows of yours are connected to this workspace. Close one and try again.',
  ),
  [closeCodes.sessionExpired]: { act: 'expired' },
  [closeCodes.rateLimited]: { act: 'reconnect', waitMs: 5_000 },
  [closeCodes.frameTooLarge]: stop('payload_too_large', 'The server refused a frame as too large.'),
  [closeCodes.restarting]: { act: 'reconnect', soon: true },
}

const byStatus: Readonly<Record<number, Next>> = {
  401: { act: 'refresh' },
  403: stop('forbidden', 'The server does not let this client connect.'),
  404: stop('not_found', 'There is no CodeLab gateway at this address. Check the server address.'),
}

/** Reads what wire-level ending asks of the client; whatever it does not know is a broken line, so: connect again. */
export function nextAfter({ code, status, retryAfterSeconds }: Ending): Next {
  if (status !== undefined) {
    return (
      byStatus[status] ?? {
        act: 'reconnect',
        ...(retryAfterSeconds === undefined ? {} : { waitMs: retryAfterSeconds * 1000 }),
      }
    )
  }
  return byCode[code] ?? { act: 'reconnect' }
}
