import { EngineFailure } from '../engine-failure.ts'
import { systemCode } from '../workspace/tool-failure.ts'

/** Why a file of the engine's own could not be written; anything unexpected stays what it is. */
export function failureOfWrite(error: unknown, what: string): unknown {
  const code = systemCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `${what} could not be saved: the disk is full.`
    return new EngineFailure('unavailable', 'disk_full', { message, cause: error })
  }
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    const message = `${what} could not be saved: CodeLab's own folder may not be written.`
    const reason = code === 'EROFS' ? 'read_only' : 'no_permission'
    return new EngineFailure('forbidden', reason, { message, cause: error })
  }
  return error
}
