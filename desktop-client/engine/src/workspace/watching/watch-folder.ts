import { lstatSync, readFileSync, type Stats } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { watch } from 'chokidar'
import type { Log } from '@codelab/runtime/log'
import { type FolderRules, isIgnored, isNeverShown, rulesOf } from '../listing/ignore-rules.ts'
import { isUnfinished } from '../place/replace-file.ts'
import { createChangeQueue, type Change } from './change-queue.ts'
import { type OwnChanges, stampAt } from './own-changes.ts'

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

const rulesFile = '.gitignore'
const longestRules = 64 * 1024

function readRules(path: string) {
  try {
    const stats = lstatSync(path)
    return stats.isFile() && stats.size <= longestRules
      ? rulesOf(readFileSync(path, 'utf8'))
      : undefined
  } catch {
    return undefined
  }
}

/** Tells whether a path is left out, from the rules of every folder above it; reads each folder's rules once until they change. */
function createIgnored(root: string) {
  const known = new Map<string, ReturnType<typeof readRules>>()
  const rulesAt = (folder: string) => {
    if (!known.has(folder)) known.set(folder, readRules(join(root, folder, rulesFile)))
    return known.get(folder)
  }
  const excluded = readRules(join(root, '.git', 'info', 'exclude'))
  const base: FolderRules[] = excluded ? [{ folder: '', rules: excluded }] : []
  return {
    forget: (folder: string) => void known.delete(folder),
    isIgnored: (path: string, isFolder: boolean): boolean => {
      const names = path.split('/')
      const layers = [...base]
      return names.some((name, index) => {
        if (isNeverShown(name) || name === 'node_modules' || isUnfinished(name)) return true
        const folder = names.slice(0, index).join('/')
        const rules = rulesAt(folder)
        if (rules) layers.push({ folder, rules })
        const last = index === names.length - 1
        return isIgnored(layers, names.slice(0, index + 1).join('/'), last ? isFolder : true)
      })
    },
  }
}

const kinds = { add: 'created', change: 'modified', unlink: 'deleted' } as const
const seenKinds = { ...kinds, addDir: 'created', unlinkDir: 'deleted' } as const

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
  const ignored = createIgnored(root)
  const pathOf = (path: string) => relative(root, path).split(sep).join('/')
  const queue = createChangeQueue({
    now,
    log,
    deliver: async (change) => {
      if (own.isOwn(change.path, await stampAt(join(root, change.path)))) return
      if (!ignored.isIgnored(change.path, false)) onChange(change)
    },
  })
  const watcher = watch(root, {
    ignoreInitial: true,
    followSymlinks: false,
    ignorePermissionErrors: true,
    ignored: (path: string, stats?: Stats) => {
      const below = pathOf(path)
      return below !== '' && ignored.isIgnored(below, stats?.isDirectory() ?? false)
    },
  })
  watcher.on('all', (event, path) => {
    const below = pathOf(path)
    if (below === rulesFile || below.endsWith(`/${rulesFile}`)) {
      ignored.forget(below.slice(0, Math.max(0, below.length - rulesFile.length - 1)))
    }
    if (Object.hasOwn(seenKinds, event)) onSeen(below, seenKinds[event as keyof typeof seenKinds])
    if (event === 'add' || event === 'change' || event === 'unlink') queue.add(below, kinds[event])
  })
  watcher.on('error', (error) =>
    log.warn({ err: error }, 'watching the project folder failed in part'),
  )
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()))
  return {
    close: async () => {
      queue.close()
      await watcher.close()
    },
  }
}
