import { readFile } from '@codelab/contracts/engine-ui/files'
import { lazy, Suspense, useState } from 'react'
import { call } from '../../../engine/call.ts'
import type { EngineFailure } from '../../../engine/failure.ts'
import { Button } from '../../../parts/Button.tsx'
import { ProblemText } from '../../../parts/ProblemText.tsx'
import { useTexts } from '../../../texts/texts.ts'
import styles from './Editors.module.css'
import { reload, saveOpenFile, type OpenFile } from './open-files.ts'

const DiffView = lazy(async () => ({
  default: (await import('../../../editor/DiffView.tsx')).DiffView,
}))

/** Somebody else changed a file that has unsaved changes here: nothing is lost until the person says which of the two stays. */
export function ChangedOutside({ file }: { readonly file: OpenFile }) {
  const texts = useTexts().project
  const [onDisk, setOnDisk] = useState<string>()
  const [failure, setFailure] = useState<EngineFailure>()
  const { project, path } = file
  const compare = () =>
    call(readFile, { params: { project }, query: { path } }).then(
      ({ text }) => setOnDisk(text),
      (error: EngineFailure) => setFailure(error),
    )
  return (
    <div role="alert" className={styles['outside']}>
      <p>{texts.changedOutside}</p>
      {failure && <ProblemText problem={failure} />}
      <div className={styles['choices']}>
        <Button onClick={() => void compare()}>{texts.compare}</Button>
        <Button onClick={() => void reload(file, { force: true })}>{texts.takeTheirs}</Button>
        <Button look="danger" onClick={() => void saveOpenFile(file, { overwrite: true })}>
          {texts.keepMine}
        </Button>
      </div>
      {onDisk !== undefined && (
        <Suspense>
          <DiffView
            key={onDisk}
            path={path}
            before={onDisk}
            after={file.text}
            labels={{ before: texts.onDisk, after: texts.here }}
          />
        </Suspense>
      )}
    </div>
  )
}
