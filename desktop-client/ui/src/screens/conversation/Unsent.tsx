import { Button } from '../../parts/Button.tsx'
import { CopyButton } from '../../parts/CopyButton.tsx'
import { ProblemText } from '../../parts/ProblemText.tsx'
import type { Unsent as UnsentMessage } from '../../state/conversation.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './ConversationPanel.module.css'

/** Messages that are on their way, and those that were not taken. */
export function Unsent({
  messages,
  canSend,
  onSendAgain,
  onDrop,
}: {
  readonly messages: readonly UnsentMessage[]
  readonly canSend: boolean
  readonly onSendAgain: (message: UnsentMessage) => void
  /** The person does not want it any more. */
  readonly onDrop: (message: UnsentMessage) => void
}) {
  const texts = useTexts().conversation
  return messages.map((message) => (
    <div key={message.id} className={styles['unsent']}>
      <p>{message.content}</p>
      {message.problem ? (
        <>
          <ProblemText problem={message.problem} />
          <div className={styles['ways']}>
            <Button disabled={!canSend} onClick={() => onSendAgain(message)}>
              {texts.sendAgain}
            </Button>
            <CopyButton text={() => message.content} />
            <Button look="plain" onClick={() => onDrop(message)}>
              {texts.dropUnsent}
            </Button>
          </div>
        </>
      ) : (
        <small role="status">{texts.sending}</small>
      )}
    </div>
  ))
}
