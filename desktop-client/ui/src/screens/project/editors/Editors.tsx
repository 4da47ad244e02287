import { X } from 'lucide-react'
import { Tabs } from 'radix-ui'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { useCommands } from '../../../commands/registry.ts'
import { ProblemText } from '../../../parts/ProblemText.tsx'
import { Visible } from '../../../parts/Visible.tsx'
import { useTexts } from '../../../texts/texts.ts'
import { ChangedOutside } from './ChangedOutside.tsx'
import { CloseUnsaved } from './CloseUnsaved.tsx'
import styles from './Editors.module.css'
import { saveOpenFile } from './on-disk.ts'
import {
  bringToFront,
  closeFile,
  fileAt,
  isUnsaved,
  type OpenFile,
  useOpenFiles,
} from './open-files.ts'

const Editor = lazy(async () => ({ default: (await import('./Editor.tsx')).Editor }))

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)

/** Brings the tab before or after the one in front to the front. */
function step(project: string, by: 1 | -1): void {
  const { files, front } = useOpenFiles.getState()
  const own = files.filter((file) => file.project === project)
  const at = own.findIndex(({ path }) => path === front?.path)
  const next = own.at((at + by) % own.length)
  if (next) bringToFront(next)
}

/** The files that are open, each in its tab. */
export function Editors({ project }: { readonly project: string }) {
  const texts = useTexts().project
  const all = useOpenFiles(({ files }) => files)
  const front = useOpenFiles((state) => state.front)
  const [closing, setClosing] = useState<OpenFile>()
  const files = useMemo(() => all.filter((file) => file.project === project), [all, project])
  const current = files.find(({ path }) => path === front?.path)
  const close = (file: OpenFile) => (isUnsaved(file) ? setClosing(file) : closeFile(file))

  useCommands(
    useMemo(() => {
      const inFront = () => {
        const { front: place } = useOpenFiles.getState()
        return place?.project === project ? fileAt(place) : undefined
      }
      return [
        {
          id: 'editor.save',
          title: ({ project: { save } }) => save,
          keys: 'Mod+S',
          run: () => {
            const file = inFront()
            if (file) void saveOpenFile(file)
          },
        },
        {
          id: 'editor.close',
          title: ({ project: { close: title } }) => title,
          keys: 'Mod+W',
          run: () => {
            const file = inFront()
            if (file) close(file)
          },
        },
        {
          id: 'editor.next',
          title: ({ project: { nextFile } }) => nextFile,
          keys: 'Mod+PageDown',
          run: () => step(project, 1),
        },
        {
          id: 'editor.previous',
          title: ({ project: { previousFile } }) => previousFile,
          keys: 'Mod+PageUp',
          run: () => step(project, -1),
        },
      ]
    }, [project]),
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
      value={String(current.id)}
      onValueChange={(id) => {
        const file = files.find((each) => String(each.id) === id)
        if (file) bringToFront(file)
      }}
    >
      <Tabs.List className={styles['tabs']} aria-label={texts.openFiles}>
        {files.map((file) => (
          <div
            key={file.id}
            role="presentation"
            className={styles['tab']}
            onAuxClick={({ button }) => button === 1 && close(file)}
          >
            <Tabs.Trigger
              value={String(file.id)}
              title={file.path}
              data-unsaved={isUnsaved(file)}
              data-gone={file.theirs === 'gone'}
              onKeyDown={({ key }) => key === 'Delete' && close(file)}
            >
              <Visible text={nameOf(file.path)} />
              {isUnsaved(file) && (
                <>
                  <span aria-hidden> ●</span>
                  <span className="visually-hidden">{texts.unsaved}</span>
                </>
              )}
            </Tabs.Trigger>
            {/* For the mouse: in a list of tabs only tabs may be told. By keys it is Delete on the tab, or the command. */}
            <button
              type="button"
              className={styles['close']}
              tabIndex={-1}
              aria-hidden
              title={texts.closeFile(nameOf(file.path))}
              onClick={() => close(file)}
            >
              <X size={14} aria-hidden />
            </button>
          </div>
        ))}
      </Tabs.List>
      <Tabs.Content value={String(current.id)} className={styles['content']}>
        <FileContent file={current} />
      </Tabs.Content>
      <CloseUnsaved file={closing} onDone={() => setClosing(undefined)} />
    </Tabs.Root>
  )
}

function FileContent({ file }: { readonly file: OpenFile }) {
  const { common, project: texts } = useTexts()
  return (
    <>
      {file.failure && <ProblemText problem={file.failure} />}
      {file.readOnly && <p className={styles['note']}>{texts.readOnly}</p>}
      {file.saved && (
        <Suspense fallback={<p role="status">{common.loading}</p>}>
          <Editor key={file.id} file={file} />
        </Suspense>
      )}
      {/* Below, so that the text does not move under the hands. */}
      {file.theirs && <ChangedOutside file={file} />}
    </>
  )
}
