import { X } from 'lucide-react'
import { Tabs } from 'radix-ui'
import { lazy, Suspense, useCallback, useEffect, useMemo } from 'react'
import { useCommands } from '../../../commands/registry.ts'
import { Button } from '../../../parts/Button.tsx'
import { ProblemText } from '../../../parts/ProblemText.tsx'
import { useTexts } from '../../../texts/texts.ts'
import { ChangedOutside } from './ChangedOutside.tsx'
import styles from './Editors.module.css'
import {
  closeFile,
  editFile,
  isUnsaved,
  openFile,
  saveOpenFile,
  shownLine,
  useOpenFiles,
  type OpenFile,
} from './open-files.ts'

const Editor = lazy(async () => ({ default: (await import('./Editor.tsx')).Editor }))

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)

/** The files that are open, each in its tab. */
export function Editors({ project }: { readonly project: string }) {
  const texts = useTexts().project
  const all = useOpenFiles(({ files }) => files)
  const front = useOpenFiles((state) => state.front)
  const files = useMemo(() => all.filter((file) => file.project === project), [all, project])
  const current = files.find(({ path }) => path === front?.path)

  useCommands(
    useMemo(
      () => [
        {
          id: 'editor.save',
          title: ({ project: { save } }) => save,
          keys: 'Mod+S',
          run: () => {
            const { front: place } = useOpenFiles.getState()
            if (place) void saveOpenFile(place)
          },
        },
        {
          id: 'editor.close',
          title: ({ project: { close } }) => close,
          keys: 'Mod+W',
          run: () => {
            const { front: place, files: open } = useOpenFiles.getState()
            const file = open.find(({ path }) => path === place?.path)
            // Unsaved changes are not thrown away by a key.
            if (file && !isUnsaved(file)) closeFile(file)
          },
        },
      ],
      [],
    ),
  )
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (useOpenFiles.getState().files.some(isUnsaved)) event.preventDefault()
    }
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [])

  if (!current) return <p className={styles['none']}>{texts.noFile}</p>
  return (
    <Tabs.Root
      className={styles['editors']}
      value={current.path}
      onValueChange={(path) => openFile({ project, path })}
    >
      <Tabs.List className={styles['tabs']} aria-label={texts.openFiles}>
        {files.map((file) => (
          <div key={file.path} className={styles['tab']}>
            <Tabs.Trigger value={file.path} title={file.path} data-unsaved={isUnsaved(file)}>
              {nameOf(file.path)}
              {isUnsaved(file) && (
                <>
                  <span aria-hidden> ●</span>
                  <span className="visually-hidden">{texts.unsaved}</span>
                </>
              )}
            </Tabs.Trigger>
            <Button
              look="plain"
              aria-label={texts.closeFile(nameOf(file.path))}
              onClick={() => {
                if (!isUnsaved(file) || confirm(texts.closeUnsaved(nameOf(file.path))))
                  closeFile(file)
              }}
            >
              <X size={14} aria-hidden />
            </Button>
          </div>
        ))}
      </Tabs.List>
      <Tabs.Content value={current.path} className={styles['content']}>
        <FileContent file={current} />
      </Tabs.Content>
    </Tabs.Root>
  )
}

function FileContent({ file }: { readonly file: OpenFile }) {
  const { common, project: texts } = useTexts()
  const { project, path } = file
  const change = useCallback((text: string) => editFile({ project, path }, text), [project, path])
  const lineShown = useCallback(() => shownLine({ project, path }), [project, path])
  return (
    <>
      {file.changedOutside && <ChangedOutside file={file} />}
      {file.failure && !file.changedOutside && <ProblemText problem={file.failure} />}
      {file.readOnly && <p className={styles['note']}>{texts.readOnly}</p>}
      {file.saved && (
        <Suspense fallback={<p role="status">{common.loading}</p>}>
          <Editor
            key={`${project}:${path}`}
            path={path}
            text={file.text}
            readOnly={file.readOnly}
            line={file.line}
            onChange={change}
            onLineShown={lineShown}
          />
        </Suspense>
      )}
    </>
  )
}
