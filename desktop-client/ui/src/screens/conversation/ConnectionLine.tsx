import { type ConversationConnection, reconnect } from '@codelab/contracts/engine-ui/conversations'
import { LoaderCircle, PlugZap } from 'lucide-react'
import { useEffect, useState } from 'react'
import { call } from '../../engine/call.ts'
import { Button } from '../../parts/Button.tsx'
import { ProblemText } from '../../parts/ProblemText.tsx'
import { attempt } from '../../state/store.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './ConversationPanel.module.css'

type Waiting = Extract<ConversationConnection, { state: 'waiting' }>

const secondMs = 1_000

/** Whole seconds until the next try, counted down. */
function useSecondsLeft(connection: Waiting): number {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    const end = performance.now() + connection.retry_in_ms
    const show = () => setLeft(Math.max(0, Math.ceil((end - performance.now()) / secondMs)))
    show()
    const timer = setInterval(show, secondMs / 2)
    return () => clearInterval(timer)
  }, [connection])
  return left
}

/** The line is cut: why, when it is tried again, and a way not to wait. */
function WaitingLine({ session, connection }: { session: string; connection: Waiting }) {
  const texts = useTexts().conversation
  const left = useSecondsLeft(connection)
  return (
    <div className={styles['line']} data-connection="waiting">
      <PlugZap size={16} aria-hidden />
      <div className={styles['told']}>
        <p role="status">{texts.reconnecting}</p>
        <ProblemText problem={connection.problem} />
      </div>
      {/* A clock that is read aloud each second would talk over everything. */}
      <span aria-hidden>{left > 0 ? texts.againIn(left) : texts.connecting}</span>
      <Button onClick={() => attempt(call(reconnect, { params: { session } }))}>
        {texts.tryNow}
      </Button>
    </div>
  )
}

/** How the conversation is connected, when it is not. */
export function ConnectionLine({
  session,
  connection,
  onOpen,
  onNew,
}: {
  readonly session: string
  readonly connection: ConversationConnection
  /** Opens it again. */
  readonly onOpen: () => void
  readonly onNew: () => void
}) {
  const texts = useTexts().conversation
  switch (connection.state) {
    case 'open':
      return null
    case 'connecting':
      return (
        <p role="status" className={styles['line']} data-connection="connecting">
          <LoaderCircle size={16} aria-hidden className={styles['turning']} /> {texts.connecting}
        </p>
      )
    case 'waiting':
      return <WaitingLine session={session} connection={connection} />
    case 'expired':
      return (
        <div role="alert" className={styles['line']} data-connection="expired">
          <p className={styles['told']}>{texts.expired}</p>
          <Button onClick={onNew}>{texts.goOnInNew}</Button>
        </div>
      )
    case 'ended':
      return (
        <div className={styles['line']} data-connection="ended">
          <div className={styles['told']}>
            {connection.problem ? <ProblemText problem={connection.problem} /> : texts.closed}
          </div>
          <Button onClick={onOpen}>{texts.openAgain}</Button>
        </div>
      )
  }
}
