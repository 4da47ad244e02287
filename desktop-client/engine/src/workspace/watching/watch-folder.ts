import { join } from 'node:path'
import type { Log } from '@codelab/runtime/log'
import { createChangeQueue, type Change } from './change-queue.ts'
import { createIgnoredPaths, rulesFile } from './ignored-paths.ts'
import { type OwnChanges, stampAt } from './own-changes.ts'
import { createWatchedTree } from './watched-tree.ts'

export type { Change } from './change-queue.ts'
export type Watching = { close(): Promise<void> }

export type WatchOptions = {
  readonly root: string
  readonly own: OwnChanges
  readonly log: Log
  readonly now: () => Date
  readonly onChange: (change: Change) => void
  /** At once, of files and folders, whoever changed them: for showing. */
  readonly onSeen?: (path: string, change: Change['change']) => void
}

/**
 * Tells of files that are created, modified or deleted below a folder, by anyone but the tools. Without `.git`, `node_modules` and
 * what git ignores; links are watched as themselves. Resolves when every change from now on is seen.
 */
export async function watchFolder({
  root,
  own,
  log,
  now,
  onChange,
  onSeen = () => undefined,
}: WatchOptions): Promise<Watching> {
  const ignored = createIgnoredPaths(root)
  const queue = createChangeQueue({
    now,
    log,
    deliver: async (change) => {
      if (own.isOwn(change.path, await stampAt(join(root, change.path)))) return
      if (!ignored.has(change.path)) onChange(change)
    },
  })
  let refused = false
  const tree = createWatchedTree({
    root,
    ignored,
    onSeen: (path, change, isFolder) => {
      if (path === rulesFile || path.endsWith(`/${rulesFile}`)) {
        ignored.forget(path.slice(0, Math.max(0, path.length - rulesFile.length - 1)))
        tree.lookAgain()
      }
      onSeen(path, change)
      if (!isFolder) queue.add(path, change)
    },
    onRefused: (path, error) => {
      // One line, not one for each of thousands of folders.
      if (!refused) log.warn({ err: error, path }, 'changes in some folders are not seen')
      refused = true
    },
  })
  await tree.start()
  return {
    close: async () => {
      queue.close()
      await tree.close()
    },
  }
}
