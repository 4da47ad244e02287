import type { ConversationConnection } from '@codelab/contracts/engine-ui/conversations'
import { ProblemText } from '../../parts/ProblemText.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './ConversationPanel.module.css'

/** How the conversation is connected, when it is not. */
export function ConnectionLine({ connection }: { readonly connection: ConversationConnection }) {
  const texts = useTexts().conversation
  if (connection.state === 'open') return null
  if (connection.state === 'connecting')
    return (
      <p role="status" className={styles['line']}>
        {texts.connecting}
      </p>
    )
  if (connection.state === 'waiting')
    return (
      <div role="status" className={styles['line']}>
        <p>{texts.reconnecting}</p>
        <ProblemText problem={connection.problem} />
      </div>
    )
  if (connection.state === 'expired')
    return (
      <p role="alert" className={styles['line']}>
        {texts.expired}
      </p>
    )
  return connection.problem ? <ProblemText problem={connection.problem} /> : null
}
