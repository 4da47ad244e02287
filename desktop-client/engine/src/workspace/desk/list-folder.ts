import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import type { TreeEntry } from '@codelab/contracts/engine-ui/files'
import { mostTreeEntries } from '@codelab/contracts/engine-ui/files'
import { type FolderRules, isIgnored, isNeverShown } from '../listing/ignore-rules.ts'
import { layersAbove, rulesIn } from '../listing/walk-files.ts'
import { isUnfinished } from '../place/replace-file.ts'
import type { Bench } from '../tools/tool.ts'
import { withFolder } from '../tools/with-folder.ts'

export type ListedFolder = {
  /** The real path; empty for the project folder. */
  readonly path: string
  readonly entries: TreeEntry[]
  readonly more: boolean
}

const kindOf = (entry: Dirent): TreeEntry['kind'] => {
  if (entry.isDirectory()) return 'folder'
  if (entry.isSymbolicLink()) return 'link'
  return entry.isFile() ? 'file' : 'other'
}

type Sorted = { readonly key: string; readonly name: string; readonly kind: TreeEntry['kind'] }

/** Folders first, then by name without regard to case: a comparison of plain texts, since a collator takes a second for 50,000 names. */
const byKindAndName = (left: Sorted, right: Sorted): number =>
  left.key < right.key ? -1 : left.key > right.key ? 1 : 0

const keyOf = (kind: TreeEntry['kind'], name: string) =>
  `${kind === 'folder' ? '0' : '1'}${name.toLowerCase()}\n${name}`

/**
 * The first entries of one folder, those that git ignores marked; what is in them is not looked at. Of a large folder the rules take
 * longest, so only what is told is held against them.
 */
export async function listFolder(
  bench: Bench,
  path: string,
  first = mostTreeEntries,
): Promise<ListedFolder> {
  return await withFolder(bench, path, async (folder, parts) => {
    const above = await withFolder(bench, '.', (root) => layersAbove(root, parts))
    const own = await rulesIn(folder, [])
    const shown = parts.join('/')
    const layers: readonly FolderRules[] = own ? [...above, { folder: shown, rules: own }] : above
    const prefix = shown === '' ? '' : `${shown}/`
    const found = await readdir(folder.at, { withFileTypes: true })
    await folder.confirm()
    const sorted = found
      .filter(({ name }) => !isNeverShown(name) && !isUnfinished(name))
      .map((entry): Sorted => {
        const kind = kindOf(entry)
        return { key: keyOf(kind, entry.name), name: entry.name, kind }
      })
      .toSorted(byKindAndName)
    const entries = sorted.slice(0, first).map(({ name, kind }) => {
      const ignored = isIgnored(layers, prefix + name, kind === 'folder')
      return { name, kind, ignored }
    })
    return { path: shown, entries, more: sorted.length > first }
  })
}
