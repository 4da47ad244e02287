import type { SessionItem } from '@codelab/contracts/engine-ui/conversations'
import { Answer, Question } from '../../parts/Question.tsx'
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
  const { sessions: texts } = useTexts()
  return (
    <Question
      open={session !== undefined}
      title={texts.deleteTitle(session?.title ?? texts.untitled)}
      text={texts.deleteText}
      onCancel={onCancel}
    >
      <Answer look="danger" onClick={() => session && onDelete(session)}>
        {texts.delete}
      </Answer>
    </Question>
  )
}
