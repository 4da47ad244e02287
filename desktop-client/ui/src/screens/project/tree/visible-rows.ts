import type { TreeEntry } from '@codelab/contracts/engine-ui/files'

/** The entries of each folder that was read, by path; the project folder's is empty. */
export type ReadFolders = ReadonlyMap<string, readonly TreeEntry[]>

/** A line of the tree. */
export type TreeRow = TreeEntry & {
  readonly path: string
  /** From 1. */
  readonly level: number
  /** Of a folder. */
  readonly open: boolean
  /** Its place among those of its folder, from 1. */
  readonly place: number
  readonly of: number
}

/** The lines that are shown, top to bottom. */
export function visibleRows(folders: ReadFolders, open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = []
  const show = (folder: string, level: number): void => {
    const entries = folders.get(folder) ?? []
    for (const [index, entry] of entries.entries()) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      const isOpen = entry.kind === 'folder' && open.has(path)
      rows.push({ ...entry, path, level, open: isOpen, place: index + 1, of: entries.length })
      if (isOpen) show(path, level + 1)
    }
  }
  show('', 1)
  return rows
}

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

/** The folder in which something new belongs that is made at a line. */
export const folderAt = (row: TreeRow | undefined): string =>
  row === undefined ? '' : row.kind === 'folder' ? row.path : parentOf(row.path)
