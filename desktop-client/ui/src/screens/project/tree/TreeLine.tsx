import { ChevronRight, File, FileSymlink, Folder, FolderOpen } from 'lucide-react'
import type { CSSProperties, ReactNode } from 'react'
import { Visible } from '../../../parts/Visible.tsx'
import { useTexts } from '../../../texts/texts.ts'
import styles from './FileTree.module.css'
import type { GitMark } from './git-marks.ts'
import type { TreeRow } from './visible-rows.ts'

const iconOf = ({ kind, open }: Pick<TreeRow, 'kind' | 'open'>) => {
  if (kind === 'folder') return open ? FolderOpen : Folder
  return kind === 'link' ? FileSymlink : File
}

/** A line of the tree, with what git says of it; `children` instead of its name while that is typed. */
export function TreeLine({
  row,
  mark,
  children,
}: {
  readonly row: Pick<TreeRow, 'path' | 'name' | 'kind' | 'ignored' | 'level' | 'open'>
  readonly mark: GitMark | undefined
  readonly children?: ReactNode
}) {
  const { gitState } = useTexts().project
  const Icon = iconOf(row)
  return (
    <div
      className={`${styles['row']} ${row.ignored ? styles['ignored'] : ''}`}
      style={{ '--level': row.level } as CSSProperties}
      data-git={mark}
      data-path={row.path}
      title={children ? undefined : row.path}
    >
      {row.kind === 'folder' ? (
        <ChevronRight size={14} aria-hidden className={row.open ? styles['down'] : ''} />
      ) : (
        <span className={styles['gap']} />
      )}
      <Icon size={14} aria-hidden />
      {children || (
        <span className={styles['name']}>
          <Visible text={row.name} />
        </span>
      )}
      {mark && !children && (
        <span className={styles['mark']} title={gitState[mark]}>
          <span aria-hidden>{mark === 'inside' ? '•' : mark[0]!.toUpperCase()}</span>
          <span className="visually-hidden">{gitState[mark]}</span>
        </span>
      )}
    </div>
  )
}
