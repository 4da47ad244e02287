import { Answer, Question } from '../../../parts/Question.tsx'
import { useTexts } from '../../../texts/texts.ts'
import { saveOpenFile } from './on-disk.ts'
import { closeFile, fileAt, isUnsaved, type OpenFile } from './open-files.ts'

/** Asks what becomes of a text that is nowhere else before its tab is closed. */
export function CloseUnsaved({
  file,
  onDone,
}: {
  readonly file: OpenFile | undefined
  readonly onDone: () => void
}) {
  const { project: texts } = useTexts()
  const name = file?.path.slice(file.path.lastIndexOf('/') + 1) ?? ''
  const saveAndClose = async (unsaved: OpenFile) => {
    await saveOpenFile(unsaved)
    // What could not be saved stays open and says why.
    const now = fileAt(unsaved)
    if (now && !isUnsaved(now)) closeFile(now)
  }
  return (
    <Question
      open={file !== undefined}
      title={texts.closeTitle(name)}
      text={texts.closeText}
      before={
        <Answer look="danger" onClick={() => file && closeFile(file)}>
          {texts.closeUnsaved}
        </Answer>
      }
      onCancel={onDone}
    >
      <Answer look="main" onClick={() => file && void saveAndClose(file)}>
        {texts.saveAndClose}
      </Answer>
    </Question>
  )
}
