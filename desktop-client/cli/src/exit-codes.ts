import { Failure } from '@codelab/runtime/failure'

/** What the exit code of `codelab` says to a script (README.md). */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notSignedIn: 3,
  noConnection: 4,
  approval: 5,
  cancelled: 6,
  timedOut: 7,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const byFailure: Readonly<Partial<Record<Failure['code'], ExitCode>>> = {
  invalid_request: exitCodes.usage,
  unauthorized: exitCodes.notSignedIn,
  token_expired: exitCodes.notSignedIn,
  unavailable: exitCodes.noConnection,
  upstream_timeout: exitCodes.noConnection,
}

export const exitCodeOf = (error: unknown): ExitCode =>
  (error instanceof Failure && byFailure[error.code]) || exitCodes.failed
