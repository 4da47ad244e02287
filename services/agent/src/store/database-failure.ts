import { Failure } from '@codelab/runtime/failure'

/** SQLSTATE classes of a server that is not there for us now: connection, resources, shutting or starting. */
const awayClasses = ['08', '53', '57']
const awayCodes = new Set([
  // a lock that is not given, a transaction that was ended for its silence
  '55P03',
  '25P03',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
])
/** pg gives these no code. */
const awayMessages =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|connection ended|not queryable/i

/** `unavailable` for an error that says that the database is away; any other one as it is. */
export function databaseFailure(error: unknown): unknown {
  if (error instanceof Failure || !Error.isError(error)) return error
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : error.cause
  const code = (error as { code?: string }).code ?? ''
  const away =
    awayCodes.has(code) ||
    (code.length === 5 && awayClasses.includes(code.slice(0, 2))) ||
    awayMessages.test(error.message)
  if (away) {
    return new Failure('unavailable', {
      message: 'The database is not available right now; try again shortly.',
      retryAfterSeconds: 1,
      cause: error,
    })
  }
  return Error.isError(inner) && inner !== error ? databaseFailure(inner) : error
}
