import { useId } from 'react'
import { useShownKeys } from '../../commands/shown-keys.ts'
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
  const keys = {
    once: useShownKeys('approval.approve'),
    session: useShownKeys('approval.approve_session'),
    reject: useShownKeys('approval.reject'),
  }
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
        <Button
          disabled={!canApprove}
          aria-keyshortcuts={keys.once}
          onClick={() => onDecide('once')}
        >
          {texts.once} <Keys of={keys.once} />
        </Button>
        {editable && (
          <>
            <Button
              disabled={!canApprove}
              aria-keyshortcuts={keys.session}
              onClick={() => onDecide('session')}
            >
              {texts.session} <Keys of={keys.session} />
            </Button>
            <Button disabled={!canApprove} onClick={onEdit}>
              {texts.edit}
            </Button>
          </>
        )}
        <Button
          look="danger"
          disabled={!canReject}
          aria-keyshortcuts={keys.reject}
          onClick={() => onDecide('reject')}
        >
          {texts.reject} <Keys of={keys.reject} />
        </Button>
      </div>
    </footer>
  )
}

/** A screen reader says them as the button's shortcut, not as its name. */
const Keys = ({ of }: { readonly of: string | undefined }) => of && <kbd aria-hidden>{of}</kbd>
