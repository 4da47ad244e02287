import { Button } from '../../parts/Button.tsx'
import { ProblemText } from '../../parts/ProblemText.tsx'
import type { Unsent as UnsentMessage } from '../../state/conversation.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './ConversationPanel.module.css'

/** Messages that are on their way, and those that were not taken. */
export function Unsent({
  messages,
  onSendAgain,
}: {
  readonly messages: readonly UnsentMessage[]
  readonly onSendAgain: (message: UnsentMessage) => void
}) {
  const texts = useTexts().conversation
  return messages.map((message) => (
    <div key={message.id} className={styles['unsent']}>
      <p>{message.content}</p>
      {message.problem ? (
        <>
          <ProblemText problem={message.problem} />
          <Button onClick={() => onSendAgain(message)}>{texts.sendAgain}</Button>
        </>
      ) : (
        <small role="status">{texts.sending}</small>
      )}
    </div>
  ))
}
