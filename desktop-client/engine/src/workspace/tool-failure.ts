import type { ToolFailureCode } from '@codelab/contracts/errors'

/** What a tool answers instead of a result; the message is read by the model and by the person. */
export class ToolFailure extends Error {
  readonly code: ToolFailureCode

  constructor(code: ToolFailureCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'ToolFailure'
    this.code = code
  }
}

/** The system's code of an error (`ENOENT`), if it has one. */
export const systemCode = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null | undefined)?.code
  // Our own failures have codes too, in lower case.
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : undefined
}

const bySystemCode: Readonly<Record<string, readonly [ToolFailureCode, string]>> = {
  ENOENT: ['file_not_found', 'does not exist'],
  ENOTDIR: ['not_a_directory', 'is not a folder, or lies below something that is none'],
  EISDIR: ['not_a_file', 'is a folder'],
  EEXIST: ['already_exists', 'exists already'],
  ENOTEMPTY: ['already_exists', 'is not empty'],
  ELOOP: ['path_outside_workspace', 'became a link while it was being used; nothing was done'],
  EACCES: ['permission_denied', 'may not be accessed by this user'],
  EPERM: ['permission_denied', 'may not be changed by this user'],
  EROFS: ['permission_denied', 'lies on a read-only file system'],
  EBUSY: ['permission_denied', 'is in use'],
  ETXTBSY: ['permission_denied', 'is a program that is running'],
  ENAMETOOLONG: ['invalid_arguments', 'is too long a name for this file system'],
  EILSEQ: ['invalid_arguments', 'holds characters that this file system does not take'],
  EINVAL: ['invalid_arguments', 'is not a name that this file system takes'],
  ENOSPC: ['failed', 'could not be written: the disk is full'],
  EDQUOT: ['failed', 'could not be written: the disk quota is used up'],
  EXDEV: ['failed', 'lies on another file system than its target'],
  EMFILE: ['failed', 'could not be opened: this program has too many files open'],
}

/** Any error as a tool's failure. Real paths of this machine are not told: only the path as it was asked for. */
export function toolFailureOf(error: unknown, path: string): ToolFailure {
  if (error instanceof ToolFailure) return error
  const code = systemCode(error)
  const known = code === undefined ? undefined : bySystemCode[code]
  if (known) return new ToolFailure(known[0], `${path} ${known[1]}.`, error)
  return new ToolFailure(
    'failed',
    `${path} could not be used (${code ?? 'internal error'}).`,
    error,
  )
}
