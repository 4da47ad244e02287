import type { TreeRow } from './visible-rows.ts'

/** A name that is being typed: of something new in a folder, or of what lies at a path. */
export type Naming = { readonly kind: 'file' | 'folder' | 'rename'; readonly at: string }

export type Line = TreeRow & { readonly isNew?: boolean }

/** The lines with one more while something new is given a name, first in its folder. */
export function linesOf(rows: readonly TreeRow[], naming: Naming | undefined): readonly Line[] {
  if (!naming || naming.kind === 'rename') return rows
  const folder = rows.findIndex(({ path }) => path === naming.at)
  const fresh: Line = {
    // No path has a NUL, so no other line has this key.
    path: `${naming.at}/\0`,
    name: '',
    kind: naming.kind,
    ignored: false,
    level: (rows[folder]?.level ?? 0) + 1,
    open: false,
    place: 1,
    of: 1,
    isNew: true,
  }
  return rows.toSpliced(folder + 1, 0, fresh)
}
