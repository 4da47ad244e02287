import { useQuery } from '@tanstack/react-query'
import { readGitStatus } from '@codelab/contracts/engine-ui/files'
import { ChevronRight, File, Folder } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Tree, type NodeRendererProps } from 'react-arborist'
import { call } from '../../../engine/call.ts'
import { ProblemText } from '../../../parts/ProblemText.tsx'
import { Visible } from '../../../parts/Visible.tsx'
import { keys } from '../../../state/queries.ts'
import { useTexts } from '../../../texts/texts.ts'
import { openFile } from '../editors/open-files.ts'
import styles from './FileTree.module.css'
import { gitMarks, treeOf, type GitMark, type TreeItem } from './tree-data.ts'
import { useFolders } from './use-folders.ts'

type Marks = ReadonlyMap<string, GitMark | 'inside'>

const rowHeight = 26

/** Height of an element, followed. */
function useHeight() {
  const [height, setHeight] = useState(0)
  const observer = useRef<ResizeObserver>(undefined)
  const place = useCallback((element: HTMLElement | null) => {
    observer.current?.disconnect()
    if (!element) return
    observer.current = new ResizeObserver(() => setHeight(element.clientHeight))
    observer.current.observe(element)
  }, [])
  useEffect(() => () => observer.current?.disconnect(), [])
  return { height, place }
}

/** The project's files, folder by folder, with what git says of them. */
export function FileTree({ project }: { readonly project: string }) {
  const texts = useTexts().project
  const { folders, failure, open } = useFolders(project)
  const { height, place } = useHeight()
  const git = useQuery({
    queryKey: keys.git(project),
    queryFn: ({ signal }) => call(readGitStatus, { params: { project }, signal }),
  })
  const items = useMemo(() => treeOf(folders), [folders])
  const marks = useMemo(() => gitMarks(git.data?.files ?? []), [git.data])
  const Row = useMemo(() => rowWith(marks, texts.gitState), [marks, texts.gitState])
  return (
    <div className={styles['tree']}>
      {failure && <ProblemText problem={failure} />}
      {git.data?.branch && (
        <p className={styles['branch']}>
          {texts.branch} <Visible text={git.data.branch} />
        </p>
      )}
      <div ref={place} className={styles['rows']}>
        <Tree<TreeItem>
          data={items}
          aria-label={texts.files}
          width="100%"
          height={height}
          rowHeight={rowHeight}
          indent={14}
          openByDefault={false}
          disableDrag
          disableDrop
          disableEdit
          disableMultiSelection
          onToggle={open}
          onActivate={({ data }) => {
            if (data.kind === 'file' || data.kind === 'link') openFile({ project, path: data.id })
          }}
        >
          {Row}
        </Tree>
      </div>
    </div>
  )
}

/** Git's marks are not part of the tree's data, so a new status draws rows anew and does not build the tree again. */
function rowWith(marks: Marks, names: Readonly<Record<GitMark | 'inside', string>>) {
  return function Row({ node, style }: NodeRendererProps<TreeItem>) {
    const { id, name, kind, ignored } = node.data
    const mark = marks.get(id)
    const Icon = kind === 'folder' ? Folder : File
    return (
      <div
        style={style}
        className={`${styles['row']} ${ignored ? styles['ignored'] : ''}`}
        data-git={mark}
        data-path={id}
        title={id}
        onClick={() => {
          if (node.isInternal) node.toggle()
        }}
      >
        {node.isInternal ? (
          <ChevronRight size={14} aria-hidden className={node.isOpen ? styles['down'] : ''} />
        ) : (
          <span className={styles['gap']} />
        )}
        <Icon size={14} aria-hidden />
        <span className={styles['name']}>
          <Visible text={name} />
        </span>
        {mark && (
          <span className={styles['mark']} title={names[mark]}>
            <span aria-hidden>{mark === 'inside' ? '•' : mark[0]!.toUpperCase()}</span>
            <span className="visually-hidden">{names[mark]}</span>
          </span>
        )}
      </div>
    )
  }
}
