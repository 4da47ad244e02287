import { joined } from '../../workspace/watching/change-queue.ts'

export type FileChange = { path: string; change: 'created' | 'modified' | 'deleted' }

const quietMs = 100
const longestMs = 500
const mostNamed = 500

/** Joins what changes quickly into batches: after a quiet moment, or half a second at most. */
export function createFileBatches(deliver: (changes: FileChange[], more: boolean) => void) {
  const pending = new Map<string, FileChange['change']>()
  let timer: NodeJS.Timeout | undefined
  let since = 0
  let more = false

  const flush = () => {
    timer = undefined
    const changes = [...pending].map(([path, change]) => ({ path, change }))
    pending.clear()
    const cut = more
    more = false
    if (changes.length > 0 || cut) deliver(changes, cut)
  }
  return {
    add: (path: string, change: FileChange['change']) => {
      if (pending.size >= mostNamed && !pending.has(path)) more = true
      else {
        const left = joined(pending.get(path), change)
        if (left) pending.set(path, left)
        else pending.delete(path)
      }
      const now = performance.now()
      if (!timer) since = now
      clearTimeout(timer)
      timer = setTimeout(flush, Math.max(0, Math.min(quietMs, since + longestMs - now)))
    },
    close: () => clearTimeout(timer),
  }
}
