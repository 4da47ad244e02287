import { useId } from 'react'
import { Button } from '../../parts/Button.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './ApprovalView.module.css'

/** The ways to decide, none more inviting than the other, and a word to the assistant. */
export function ApprovalActions({
  feedback,
  onFeedback,
  canApprove,
  canReject,
  editable,
  onDecide,
  onEdit,
}: {
  readonly feedback: string
  readonly onFeedback: (text: string) => void
  readonly canApprove: boolean
  readonly canReject: boolean
  readonly editable: boolean
  readonly onDecide: (choice: 'once' | 'session' | 'reject') => void
  readonly onEdit: () => void
}) {
  const texts = useTexts().approval
  const id = useId()
  return (
    <footer className={styles['actions']}>
      <label htmlFor={id}>{texts.feedback}</label>
      <textarea
        id={id}
        rows={2}
        value={feedback}
        maxLength={10_000}
        onChange={(event) => onFeedback(event.target.value)}
      />
      <div className={styles['buttons']}>
        <Button disabled={!canApprove} onClick={() => onDecide('once')}>
          {texts.once} <kbd>Ctrl+Enter</kbd>
        </Button>
        {editable && (
          <>
            <Button disabled={!canApprove} onClick={() => onDecide('session')}>
              {texts.session}
            </Button>
            <Button disabled={!canApprove} onClick={onEdit}>
              {texts.edit}
            </Button>
          </>
        )}
        <Button look="danger" disabled={!canReject} onClick={() => onDecide('reject')}>
          {texts.reject}
        </Button>
      </div>
    </footer>
  )
}
