import { refuseExpired } from './expiry.ts'
import type { Work } from './work.ts'

export type FileChange = {
  path: string
  timestamp: string
  change?: 'created' | 'modified' | 'deleted' | undefined
}

// A path is the person's own text: a line break in it must not start a line of ours in the context.
const oneLine = (path: string) => path.replace(/[\p{Cc}\u2028\u2029]/gu, '\uFFFD')

/** Notes in the context that a file was changed, and tells the open conversations. Answers the frame's `seq`. Throws `conflict` in an expired session. */
export function changeFile(work: Work, { path, timestamp, change }: FileChange): number {
  refuseExpired(work)
  work.head.lastActivityAt = work.now
  const shown = oneLine(path.toWellFormed())
  work.addMessage({
    id: work.newId(),
    role: 'system',
    content: `File ${shown} was modified by user`,
  })
  return work.emit({
    type: 'file_changed',
    path: shown,
    timestamp,
    ...(change !== undefined && { change }),
  })
}
