import { lazy, Suspense } from 'react'
import { Button } from '../../../parts/Button.tsx'
import { useTexts } from '../../../texts/texts.ts'
import styles from './Editors.module.css'
import { saveOpenFile, takeTheirs } from './on-disk.ts'
import { closeFile, type OpenFile } from './open-files.ts'

const DiffView = lazy(async () => ({
  default: (await import('../../../editor/DiffView.tsx')).DiffView,
}))

/** Something else changed or removed a file whose text here is nowhere else: nothing is lost until the person says which of the two stays. */
export function ChangedOutside({ file }: { readonly file: OpenFile }) {
  const texts = useTexts().project
  const { theirs, saved, path, text } = file
  if (!theirs) return null
  if (theirs === 'gone') {
    return (
      <div role="alert" className={styles['outside']}>
        <p>{texts.goneOutside}</p>
        <div className={styles['choices']}>
          <Button onClick={() => void saveOpenFile(file)}>{texts.putBack}</Button>
          <Button look="danger" onClick={() => closeFile(file)}>
            {texts.closeAnyway}
          </Button>
        </div>
      </div>
    )
  }
  return (
    <div role="alert" className={styles['outside']}>
      <p>{texts.changedOutside}</p>
      <div className={styles['choices']}>
        <Button onClick={() => takeTheirs(file)}>{texts.takeTheirs}</Button>
        <Button look="danger" onClick={() => void saveOpenFile(file, { over: true })}>
          {texts.keepMine}
        </Button>
      </div>
      <div className={styles['difference']}>
        <Suspense>
          <DiffView
            key={`${theirs.version}:${saved?.version}:${text}`}
            path={path}
            before={theirs.text}
            after={text}
            labels={{ before: texts.onDisk, after: texts.here }}
          />
        </Suspense>
      </div>
    </div>
  )
}
