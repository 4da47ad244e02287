import { AlertDialog } from 'radix-ui'
import { Button } from '../../../parts/Button.tsx'
import dialog from '../../../parts/Dialog.module.css'
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
  const { common, project: texts } = useTexts()
  const name = file?.path.slice(file.path.lastIndexOf('/') + 1) ?? ''
  const saveAndClose = async (unsaved: OpenFile) => {
    await saveOpenFile(unsaved)
    // What could not be saved stays open and says why.
    const now = fileAt(unsaved)
    if (now && !isUnsaved(now)) closeFile(now)
  }
  return (
    <AlertDialog.Root open={file !== undefined} onOpenChange={(open) => open || onDone()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={dialog['overlay']} />
        <AlertDialog.Content className={dialog['dialog']}>
          <AlertDialog.Title>{texts.closeTitle(name)}</AlertDialog.Title>
          <AlertDialog.Description>{texts.closeText}</AlertDialog.Description>
          <div className={dialog['actions']}>
            <AlertDialog.Action asChild>
              <Button look="danger" onClick={() => file && closeFile(file)}>
                {texts.closeUnsaved}
              </Button>
            </AlertDialog.Action>
            <AlertDialog.Cancel asChild>
              <Button>{common.cancel}</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button look="main" onClick={() => file && void saveAndClose(file)}>
                {texts.saveAndClose}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
