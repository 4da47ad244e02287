import { ContextMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import menu from '../../../parts/Menu.module.css'
import { useTexts } from '../../../texts/texts.ts'
import type { TreeRow } from './visible-rows.ts'

/** What may be done at a line of the tree; the parts that need a line are missing beside the lines. */
export function TreeMenu({
  row,
  onNew,
  onRename,
  onTrash,
  onClosed,
  children,
}: {
  readonly row: TreeRow | undefined
  readonly onNew: (kind: 'file' | 'folder') => void
  readonly onRename: () => void
  readonly onTrash: () => void
  /** The focus is to go where it belongs: to the tree, or to the field for a name. */
  readonly onClosed: () => void
  readonly children: ReactNode
}) {
  const texts = useTexts().project
  const item = (label: string, run: () => void, keys?: string) => (
    <ContextMenu.Item className={menu['item']} onSelect={run}>
      <span>{label}</span>
      {keys && <kbd>{keys}</kbd>}
    </ContextMenu.Item>
  )
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild>{children}</ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content
          className={menu['menu']}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            onClosed()
          }}
        >
          {item(texts.newFile, () => onNew('file'))}
          {item(texts.newFolder, () => onNew('folder'))}
          {row && item(texts.rename, onRename, 'F2')}
          {row && item(texts.copyPath, () => void navigator.clipboard.writeText(row.path))}
          {row && item(texts.trash, onTrash, 'Delete')}
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  )
}
