import { type FSWatcher, watch } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Change } from './change-queue.ts'
import type { IgnoredPaths } from './ignored-paths.ts'

/** A folder that is watched: what is known to be in it, and the system's watch on it. */
type Folder = {
  readonly path: string
  /** Files are null. */
  readonly entries: Map<string, Folder | null>
  inode: number
  watcher: FSWatcher | undefined
  /** The system's watch has ended: the folder was moved or removed, whatever is there now. */
  dead: boolean
}

export type WatchedTreeOptions = {
  readonly root: string
  readonly ignored: IgnoredPaths
  /** Something differs; `isFolder` where it is one. */
  readonly onSeen: (path: string, change: Change['change'], isFolder: boolean) => void
  /** The system refuses to watch a folder: changes in it are not seen. */
  readonly onRefused: (path: string, error: unknown) => void
}

/** How entries that were not known are told: at the start, and when rules change, they are only taken note of. */
type How = { readonly tell: boolean; readonly replaced?: boolean }

const pathIn = (folder: string, name: string) => (folder === '' ? name : `${folder}/${name}`)

/** Beyond so many events of one folder at once it is listed instead. */
const mostLookedAt = 200

/**
 * Watches every folder below a root that is not ignored: one watch of the system and the names for each, nothing for each file, since
 * that is what a large project costs. What an event means is found out by looking, one event after the other.
 */
export function createWatchedTree({ root, ignored, onSeen, onRefused }: WatchedTreeOptions) {
  const pending = new Map<Folder, Map<string | null, 'change' | 'rename'>>()
  let working: Promise<void> = Promise.resolve()
  let scheduled = false
  let closed = false

  const listen = (folder: Folder): void => {
    folder.watcher?.close()
    folder.dead = false
    try {
      folder.watcher = watch(join(root, folder.path), (kind, name) => note(folder, kind, name))
      folder.watcher.on('error', () => void (folder.dead = true))
    } catch (error) {
      folder.watcher = undefined
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onRefused(folder.path, error)
    }
  }

  const note = (folder: Folder, kind: 'change' | 'rename', name: string | null): void => {
    if (closed) return
    const names = pending.get(folder) ?? new Map<string | null, 'change' | 'rename'>()
    pending.set(folder, names.set(name, names.get(name) === 'rename' ? 'rename' : kind))
    if (scheduled) return
    scheduled = true
    working = working.then(work, work)
  }

  const work = async (): Promise<void> => {
    scheduled = false
    const now = [...pending]
    pending.clear()
    for (const [folder, names] of now) {
      if (closed) return
      if (names.has(null) || names.size > mostLookedAt) await list(folder, { tell: true })
      for (const [name, kind] of names) if (name !== null) await look(folder, name, kind)
    }
  }

  /** Takes note of an entry that was not known. */
  const add = async (folder: Folder, name: string, inode: number | undefined, how: How) => {
    const path = pathIn(folder.path, name)
    if (how.tell) onSeen(path, 'created', inode !== undefined)
    if (inode === undefined) return void folder.entries.set(name, null)
    const added = folderAt(path, inode)
    folder.entries.set(name, added)
    listen(added)
    await list(added, how)
  }

  const remove = (folder: Folder, name: string): void => {
    const entry = folder.entries.get(name)
    folder.entries.delete(name)
    if (entry) {
      entry.watcher?.close()
      for (const below of entry.entries.keys()) remove(entry, below)
    }
    if (entry !== undefined) onSeen(pathIn(folder.path, name), 'deleted', entry !== null)
  }

  /** Another folder under a name that is known: what is in it now is compared by name. */
  const replace = async (folder: Folder, inode: number): Promise<void> => {
    folder.inode = inode
    listen(folder)
    await list(folder, { tell: true, replaced: true })
  }

  const look = async (folder: Folder, name: string, kind: 'change' | 'rename'): Promise<void> => {
    const path = pathIn(folder.path, name)
    const stats = await lstat(join(root, path)).catch(() => undefined)
    if (closed) return
    const known = folder.entries.get(name)
    if (!stats) {
      // A folder's own end comes under its own name.
      if (known === undefined && name === basename(join(root, folder.path))) folder.dead = true
      return remove(folder, name)
    }
    const isFolder = stats.isDirectory()
    if (ignored.inFolder(folder.path)(name, isFolder)) return
    if (known !== undefined && (known !== null) !== isFolder) remove(folder, name)
    const same = folder.entries.get(name)
    if (same) {
      if (same.dead || same.inode !== stats.ino) await replace(same, stats.ino)
    } else if (same === null || (kind === 'change' && !isFolder)) {
      folder.entries.set(name, null)
      onSeen(path, 'modified', false)
    } else await add(folder, name, isFolder ? stats.ino : undefined, { tell: true })
  }

  /** Compares what is in a folder with what is known of it. */
  const list = async (folder: Folder, how: How): Promise<void> => {
    const found = await readdir(join(root, folder.path), { withFileTypes: true }).catch(() => [])
    if (closed) return
    const leftOut = ignored.inFolder(folder.path)
    const names = new Set(found.map(({ name }) => name))
    for (const name of [...folder.entries.keys()]) if (!names.has(name)) remove(folder, name)
    for (const entry of found) {
      if (closed) return
      const isFolder = entry.isDirectory()
      if (!leftOut(entry.name, isFolder)) await compare(folder, entry.name, isFolder, how)
    }
  }

  const compare = async (folder: Folder, name: string, isFolder: boolean, how: How) => {
    const before = folder.entries.get(name)
    if (before !== undefined && (before !== null) !== isFolder) remove(folder, name)
    const known = folder.entries.get(name)
    const path = pathIn(folder.path, name)
    if (known === null) return how.replaced ? onSeen(path, 'modified', false) : undefined
    if (!isFolder) return add(folder, name, undefined, how)
    const inode = await inodeOf(path)
    if (closed || inode === undefined) return undefined
    if (!known) return add(folder, name, inode, how)
    if (how.replaced) return replace(known, inode)
    // Rules may have changed below it; what else differs there has events of its own.
    return how.tell ? undefined : list(known, how)
  }

  const inodeOf = async (path: string) =>
    (await lstat(join(root, path)).catch(() => undefined))?.ino

  const top = folderAt('', 0)
  const end = (folder: Folder): void => {
    folder.watcher?.close()
    for (const entry of folder.entries.values()) if (entry) end(entry)
  }
  return {
    /** Resolves when all folders are watched: every change from then on is seen. */
    start: async (): Promise<void> => {
      listen(top)
      working = list(top, { tell: false })
      await working
    },
    /** The rules of what is ignored changed: watches what they no longer leave out. */
    lookAgain: (): void => {
      working = working.then(() => (closed ? undefined : list(top, { tell: false })))
    },
    close: async (): Promise<void> => {
      closed = true
      end(top)
      await working
      end(top)
    },
  }
}

const folderAt = (path: string, inode: number): Folder => ({
  path,
  entries: new Map(),
  inode,
  watcher: undefined,
  dead: false,
})
