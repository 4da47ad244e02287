import type { SessionItem } from '@codelab/contracts/engine-ui/conversations'
import { AlertDialog } from 'radix-ui'
import { Button } from '../../parts/Button.tsx'
import dialog from '../../parts/Dialog.module.css'
import { useTexts } from '../../texts/texts.ts'

/** Asks before a conversation is gone for ever. */
export function DeleteSession({
  session,
  onCancel,
  onDelete,
}: {
  readonly session: SessionItem | undefined
  readonly onCancel: () => void
  readonly onDelete: (session: SessionItem) => void
}) {
  const { common, sessions: texts } = useTexts()
  return (
    <AlertDialog.Root open={session !== undefined} onOpenChange={(open) => open || onCancel()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={dialog['overlay']} />
        <AlertDialog.Content className={dialog['dialog']}>
          <AlertDialog.Title>
            {texts.deleteTitle(session?.title ?? texts.untitled)}
          </AlertDialog.Title>
          <AlertDialog.Description>{texts.deleteText}</AlertDialog.Description>
          <div className={dialog['actions']}>
            <AlertDialog.Cancel asChild>
              <Button>{common.cancel}</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button look="danger" onClick={() => session && onDelete(session)}>
                {texts.delete}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
