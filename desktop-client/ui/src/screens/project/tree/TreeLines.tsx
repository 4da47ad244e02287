import { type KeyboardEvent, type MouseEvent, useId, useMemo, useRef, useState } from 'react'
import { useTexts } from '../../../texts/texts.ts'
import { openFile } from '../editors/on-disk.ts'
import styles from './FileTree.module.css'
import type { GitMark } from './git-marks.ts'
import { type Line, linesOf, type Naming } from './naming.ts'
import { NamingField } from './NamingField.tsx'
import type { useTreeChanges } from './tree-changes.ts'
import { lineFor, stepFor } from './tree-keys.ts'
import { TreeLine } from './TreeLine.tsx'
import { TreeMenu } from './TreeMenu.tsx'
import { useTreeCommands } from './use-tree-commands.ts'
import { useTyping } from './use-typing.ts'
import { rowHeight, useVisibleLines } from './use-visible-lines.ts'
import { folderAt, parentOf, type TreeRow } from './visible-rows.ts'

/** The lines, as one widget: the tree has the focus, the current line is named by it. */
export function TreeLines({
  project,
  rows,
  marks,
  toggle,
  changes,
}: {
  readonly project: string
  readonly rows: readonly TreeRow[]
  readonly marks: ReadonlyMap<string, GitMark>
  readonly toggle: (path: string, open: boolean) => void
  readonly changes: ReturnType<typeof useTreeChanges>
}) {
  const texts = useTexts().project
  const id = useId()
  const place = useRef<HTMLDivElement>(null)
  const typing = useTyping()
  const [current, setCurrent] = useState<string>()
  const [naming, setNaming] = useState<Naming>()
  const currentAt = useMemo(() => rows.findIndex(({ path }) => path === current), [rows, current])
  const row = rows[currentAt]
  const lines = useMemo(() => linesOf(rows, naming), [rows, naming])
  const at = useMemo(() => (row ? lines.indexOf(row) : -1), [lines, row])
  const list = useVisibleLines({ place, lines, at })

  const go = (to: number) => {
    const next = rows[to]
    if (!next) return
    setCurrent(next.path)
    list.scrollToIndex(lines.indexOf(next), { align: 'auto' })
  }
  const activate = (line: TreeRow) => {
    if (line.kind === 'folder') toggle(line.path, !line.open)
    else if (line.kind !== 'other') openFile({ project, path: line.path })
  }
  const begin = (kind: Naming['kind']) => {
    changes.close()
    if (kind === 'rename') return row && setNaming({ kind, at: row.path })
    const folder = folderAt(row)
    if (folder !== '') toggle(folder, true)
    return setNaming({ kind, at: folder })
  }
  const named = async ({ kind, at: where }: Naming, name: string) => {
    setNaming(undefined)
    // A new file takes the focus into its editor.
    if (kind !== 'file') place.current?.focus()
    const folder = kind === 'rename' ? parentOf(where) : where
    const path = folder === '' ? name : `${folder}/${name}`
    const work = kind === 'rename' ? changes.rename(where, path) : changes.create(path, kind)
    if (await work) setCurrent(path)
  }
  const trash = async () => {
    if (!row) return
    const after = rows.slice(currentAt).find(({ path }) => !`${path}/`.startsWith(`${row.path}/`))
    // The line that comes up in its place is the next current one.
    if (await changes.trash(row.path)) setCurrent((after ?? rows[currentAt - 1])?.path)
  }
  useTreeCommands({ begin, undo: changes.undo })

  const steps = {
    open: () => row && activate(row),
    fold: () => row && toggle(row.path, false),
    unfold: () => row && toggle(row.path, true),
    rename: () => begin('rename'),
    trash: () => void trash(),
    undo: () => void changes.undo(),
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey) return
    const page = Math.max(1, Math.floor((place.current?.clientHeight ?? 0) / rowHeight) - 1)
    const found = stepFor(event, rows, currentAt, page)
    if (found) {
      event.preventDefault()
      typing.end()
      if (found.step === 'go') return go(found.to)
      return steps[found.step]()
    }
    if (event.key.length > 1 || event.ctrlKey || event.metaKey) return undefined
    const to = lineFor(typing.add(event.key), rows, Math.max(0, currentAt))
    return to === undefined ? undefined : go(to)
  }
  const onContextMenu = (event: MouseEvent) => {
    const line = (event.target as Element).closest('[data-path]')?.getAttribute('data-path')
    // By the keyboard it is asked for at the tree itself: the current line is meant.
    if (event.target !== event.currentTarget || event.button === 2) setCurrent(line ?? undefined)
  }
  const isTyped = (line: Line) =>
    line.isNew === true || (naming?.kind === 'rename' && naming.at === line.path)

  return (
    <TreeMenu
      row={row}
      onNew={begin}
      onRename={() => begin('rename')}
      onTrash={() => void trash()}
      onClosed={() => {
        // A field for a name has taken the focus already.
        if (!place.current?.contains(document.activeElement)) place.current?.focus()
      }}
    >
      <div
        ref={place}
        className={styles['rows']}
        role="tree"
        aria-label={texts.files}
        tabIndex={0}
        aria-activedescendant={at < 0 ? undefined : `${id}-${at}`}
        onKeyDown={onKeyDown}
        onContextMenu={onContextMenu}
      >
        <div
          role="presentation"
          className={styles['whole']}
          style={{ height: list.getTotalSize() }}
        >
          {list.getVirtualItems().map(({ key, index, start }) => {
            const line = lines[index]!
            const typed = isTyped(line)
            return (
              <div
                key={key}
                id={`${id}-${index}`}
                role="treeitem"
                aria-level={line.level}
                aria-setsize={line.of}
                aria-posinset={line.place}
                aria-selected={index === at}
                aria-expanded={line.kind === 'folder' ? line.open : undefined}
                className={styles['line']}
                style={{ height: rowHeight, transform: `translateY(${start}px)` }}
                onClick={() => {
                  if (typed) return
                  setCurrent(line.path)
                  activate(line)
                }}
              >
                <TreeLine row={line} mark={line.isNew ? undefined : marks.get(line.path)}>
                  {typed && naming && (
                    <NamingField
                      naming={naming}
                      onDone={(name) => void named(naming, name)}
                      onCancel={() => {
                        setNaming(undefined)
                        place.current?.focus()
                      }}
                    />
                  )}
                </TreeLine>
              </div>
            )
          })}
        </div>
      </div>
    </TreeMenu>
  )
}
