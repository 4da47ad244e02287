import { useMemo, useRef } from 'react'
import { useCommands } from '../../../commands/registry.ts'

type Offered = {
  readonly begin: (kind: 'file' | 'folder') => void
  readonly undo: () => Promise<void>
}

/** What can be done in the tree from anywhere, by name and keys. */
export function useTreeCommands(offered: Offered): void {
  const now = useRef(offered)
  now.current = offered
  useCommands(
    useMemo(
      () => [
        {
          id: 'tree.new_file',
          title: ({ project: { newFile } }) => newFile,
          keys: 'Mod+Alt+N',
          run: () => now.current.begin('file'),
        },
        {
          id: 'tree.new_folder',
          title: ({ project: { newFolder } }) => newFolder,
          run: () => now.current.begin('folder'),
        },
        {
          id: 'tree.undo',
          title: ({ project: { undoTree } }) => undoTree,
          run: () => void now.current.undo(),
        },
      ],
      [],
    ),
  )
}
