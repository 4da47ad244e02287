import { type FSWatcher, watch } from 'node:fs'

const names = new Set(['HEAD', 'index', 'MERGE_HEAD', 'ORIG_HEAD', 'packed-refs'])
const settleMs = 200

/** Tells that git's own files changed (a commit, a checkout, something staged): the watcher of the project leaves them out. */
export function watchGit(gitFolder: string | undefined, onChange: () => void): { close(): void } {
  if (gitFolder === undefined) return { close: () => undefined }
  let timer: NodeJS.Timeout | undefined
  let watcher: FSWatcher | undefined
  try {
    watcher = watch(gitFolder, (_, name) => {
      if (name === null || !names.has(name)) return
      clearTimeout(timer)
      timer = setTimeout(onChange, settleMs)
    })
    watcher.on('error', () => undefined)
  } catch {
    // Too many watches: the status is then read again when files of the project change.
  }
  return {
    close: () => {
      clearTimeout(timer)
      watcher?.close()
    },
  }
}
