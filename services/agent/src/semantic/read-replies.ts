import type { ToolReply } from '../jobs/kinds/job-run.ts'

export type Listed = {
  readonly paths: string[]
  /** There are more files than were listed. */
  readonly more: boolean
}

const moreNote = /^\[There are more than these \d+\. .*\]$/

/** The files of a listing by `list_files`, one a line; folders end in `/`. */
export function listedFiles(text: string): Listed {
  const lines = text.split('\n')
  const more = moreNote.test(lines.at(-1) ?? '')
  const entries = more ? lines.slice(0, -1) : lines
  const paths = entries.filter(
    (line) => line !== '' && !line.endsWith('/') && line !== '[Nothing found.]',
  )
  return { paths, more }
}

const byCode: Readonly<Record<string, string>> = {
  not_text: 'binary',
  file_too_large: 'too large',
  result_too_large: 'too large',
  file_not_found: 'gone',
  denied_by_policy: 'refused',
  rejected_by_user: 'refused',
  path_outside_workspace: 'refused',
}

/** Why a file could not be read, for a person. */
export function reasonOf({ error, outcome }: Pick<ToolReply, 'error' | 'outcome'>): string {
  if (!error) return `not read: ${outcome}`
  const known = byCode[error.code]
  return known === undefined ? `not read: ${error.message}` : `${known}: ${error.message}`
}

/** A file that was merely not read this time may be as it was: it stays in the index. */
export const saysNothing = (reason: string): boolean => reason.startsWith('not read')
