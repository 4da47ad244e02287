import { AlertDialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { useTexts } from '../texts/texts.ts'
import { Button } from './Button.tsx'
import dialog from './Dialog.module.css'

/** A question in front of everything else; Escape and Cancel leave all as it is. Answers stand after Cancel, `before` in front of it. */
export function Question({
  open,
  title,
  text,
  details,
  before,
  children,
  onCancel,
}: {
  readonly open: boolean
  readonly title: string
  readonly text: string
  readonly details?: ReactNode
  readonly before?: ReactNode
  readonly children: ReactNode
  readonly onCancel: () => void
}) {
  const { cancel } = useTexts().common
  return (
    <AlertDialog.Root open={open} onOpenChange={(isOpen) => isOpen || onCancel()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={dialog['overlay']} />
        <AlertDialog.Content className={dialog['dialog']}>
          <AlertDialog.Title>{title}</AlertDialog.Title>
          <AlertDialog.Description>{text}</AlertDialog.Description>
          {details}
          <div className={dialog['actions']}>
            {before}
            <AlertDialog.Cancel asChild>
              <Button>{cancel}</Button>
            </AlertDialog.Cancel>
            {children}
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}

/** One answer; it closes the question. */
export const Answer = (props: Parameters<typeof Button>[0]) => (
  <AlertDialog.Action asChild>
    <Button {...props} />
  </AlertDialog.Action>
)
