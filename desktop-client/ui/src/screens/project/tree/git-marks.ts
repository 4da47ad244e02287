import type { GitStatus } from '@codelab/contracts/engine-ui/files'

/** What git says of a file; of a folder: that something in it differs. */
export type GitMark = GitStatus['files'][number]['state'] | 'inside'

export function gitMarks(files: GitStatus['files']): ReadonlyMap<string, GitMark> {
  const marks = new Map<string, GitMark>()
  for (const { path, state } of files) {
    const parts = path.replace(/\/$/, '').split('/')
    marks.set(parts.join('/'), state)
    for (let depth = 1; depth < parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join('/')
      if (!marks.has(folder)) marks.set(folder, 'inside')
    }
  }
  return marks
}
