import { EngineFailure } from '../engine-failure.ts'

/** Codes of Node's TLS for a certificate that is not trusted, not for this name, or out of its time. */
const certificate =
  /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|HOSTNAME_MISMATCH|^ERR_TLS|^ERR_SSL/

/** The system's code of an error or of what caused it. */
function codeIn(error: unknown): string {
  for (let cause = error, depth = 0; cause && depth < 6; depth += 1) {
    const { code, cause: below } = cause as { code?: unknown; cause?: unknown }
    if (typeof code === 'string' && certificate.test(code)) return code
    cause = below
  }
  return ''
}

export const isCertificateRefused = (error: unknown): boolean => codeIn(error) !== ''

/** What a line that could not be opened, or was cut, means for a person. */
export function lineFailure(server: string, error: unknown, message?: string): EngineFailure {
  const code = codeIn(error)
  if (code === '') {
    return new EngineFailure('unavailable', 'server_unreachable', {
      message:
        message ?? `Nothing answers at ${server}. Is the address right and the server running?`,
      place: server,
      cause: error,
    })
  }
  return new EngineFailure('unavailable', 'certificate_refused', {
    message: `The certificate of ${server} is not one that this machine trusts (${code}). Ask who runs the server; do not sign in until it is put right.`,
    place: server,
    cause: error,
  })
}

/** An address that answers 503 without being asked further: the workspace is suspended, or on its way up. */
export const suspended = (server: string, cause?: unknown): EngineFailure =>
  new EngineFailure('unavailable', 'workspace_suspended', {
    message: `The workspace at ${server} is suspended or starting up. Try again shortly, or ask who runs it.`,
    place: server,
    cause,
  })
