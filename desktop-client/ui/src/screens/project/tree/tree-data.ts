import type { GitStatus, TreeEntry } from '@codelab/contracts/engine-ui/files'

export type GitMark = GitStatus['files'][number]['state']

/** A file or folder as the tree shows it. */
export type TreeItem = {
  /** Its path, relative to the project. */
  readonly id: string
  readonly name: string
  readonly kind: TreeEntry['kind']
  readonly ignored: boolean
  /** Of a folder: empty until it was read. */
  readonly children: readonly TreeItem[] | null
}

/** The entries of each folder that was read, by path; the project folder's is empty. */
export type ReadFolders = ReadonlyMap<string, readonly TreeEntry[]>

/** The tree out of what was read of it. */
export function treeOf(folders: ReadFolders, path = ''): TreeItem[] {
  return (folders.get(path) ?? []).map(({ name, kind, ignored }) => {
    const id = path === '' ? name : `${path}/${name}`
    return { id, name, kind, ignored, children: kind === 'folder' ? treeOf(folders, id) : null }
  })
}

/** What git says of each path; of a folder: that something in it differs. */
export function gitMarks(files: GitStatus['files']): ReadonlyMap<string, GitMark | 'inside'> {
  const marks = new Map<string, GitMark | 'inside'>()
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
