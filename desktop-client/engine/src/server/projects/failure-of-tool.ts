import type { FailureCode, ToolFailureCode } from '@codelab/contracts/errors'
import type { EngineReason } from '@codelab/contracts/engine-ui/failures'
import { EngineFailure } from '../../engine-failure.ts'
import { systemCode, type ToolFailure } from '../../workspace/tool-failure.ts'

const table: Readonly<Partial<Record<ToolFailureCode, readonly [FailureCode, EngineReason]>>> = {
  path_outside_workspace: ['forbidden', 'outside_project'],
  file_too_large: ['payload_too_large', 'file_too_large'],
  not_text: ['unprocessable', 'not_text'],
  file_not_found: ['not_found', 'file_missing'],
  already_exists: ['conflict', 'file_exists'],
  not_a_file: ['unprocessable', 'not_a_file'],
  not_a_directory: ['unprocessable', 'not_a_folder'],
  permission_denied: ['forbidden', 'no_permission'],
  git_failed: ['unprocessable', 'git_failed'],
}

const bySystem: Readonly<Record<string, readonly [FailureCode, EngineReason]>> = {
  ENOSPC: ['unavailable', 'disk_full'],
  EDQUOT: ['unavailable', 'disk_full'],
  EROFS: ['forbidden', 'read_only'],
}

/** A tool's failure in the form that the page gets: the same words, and a reason. */
export function failureOfTool(failure: ToolFailure): EngineFailure {
  const [code, reason] = bySystem[systemCode(failure.cause) ?? ''] ??
    table[failure.code] ?? ['unprocessable', 'not_a_file']
  return new EngineFailure(code, reason, { message: failure.message, cause: failure })
}
