import { cancelTurn, sendMessage } from '@codelab/contracts/engine-ui/conversations'
import { isBusy, type MessageItem } from '@codelab/engine/conversation/state'
import { useCallback, useMemo, useState } from 'react'
import { z } from 'zod/mini'
import { useCommands } from '../../commands/registry.ts'
import { call } from '../../engine/call.ts'
import type { EngineFailure } from '../../engine/failure.ts'
import { Button } from '../../parts/Button.tsx'
import { ProblemText } from '../../parts/ProblemText.tsx'
import type { PageConversation, Unsent as UnsentMessage } from '../../state/conversation.ts'
import { attempt, usePage } from '../../state/store.ts'
import { useRemembered } from '../../state/use-remembered.ts'
import { useTexts } from '../../texts/texts.ts'
import { Announcer } from './Announcer.tsx'
import { Composer } from './Composer.tsx'
import { ConnectionLine } from './ConnectionLine.tsx'
import styles from './ConversationPanel.module.css'
import { ItemList } from './items/ItemList.tsx'
import { ModelPicker } from './ModelPicker.tsx'
import { Unsent } from './Unsent.tsx'
import { UsageLine } from './UsageLine.tsx'
import { useConversation } from './use-conversation.ts'

const Model = z.string()

const setUnsent = (
  sessionId: string,
  change: (unsent: PageConversation['unsent']) => PageConversation['unsent'],
) =>
  usePage.setState(({ conversations }) => {
    const conversation = conversations[sessionId]
    if (!conversation) return {}
    const unsent = change(conversation.unsent)
    return { conversations: { ...conversations, [sessionId]: { ...conversation, unsent } } }
  })

/** Sends a message; it stands among the unsent ones until its echo comes or the workspace refuses it. */
async function send(
  sessionId: string,
  message: { id: string; content: string; model?: string; replaces?: string },
): Promise<void> {
  const { id, content } = message
  setUnsent(sessionId, (unsent) => [...unsent.filter((each) => each.id !== id), { id, content }])
  try {
    await call(sendMessage, { params: { session: sessionId }, body: message })
  } catch (error) {
    const problem = error as EngineFailure
    setUnsent(sessionId, (unsent) =>
      unsent.map((each) => (each.id === id ? { ...each, problem } : each)),
    )
  }
}

/** One conversation: what was said, what goes on, and where the next message is typed. */
export function ConversationPanel({
  sessionId,
  project,
  onNew,
}: {
  readonly sessionId: string
  readonly project: string | undefined
  readonly onNew: () => void
}) {
  const texts = useTexts().conversation
  const { conversation, failure, open, readOlder } = useConversation(sessionId, project)
  const [model = '', setModel] = useRemembered(`model:${sessionId}`, Model, '')
  const [editing, setEditing] = useState<MessageItem>()
  const [sent, setSent] = useState<string>()
  const stop = useCallback(
    () => attempt(call(cancelTurn, { params: { session: sessionId } })),
    [sessionId],
  )
  useCommands(
    useMemo(
      () => [
        {
          id: 'conversation.stop',
          title: ({ conversation: { stopTurn } }) => stopTurn,
          keys: 'Mod+.',
          run: stop,
        },
      ],
      [stop],
    ),
  )
  if (!conversation) {
    return (
      <section className={styles['panel']} aria-label={texts.title}>
        {failure ? (
          <>
            <ProblemText problem={failure} />
            <Button onClick={() => open()}>{texts.openAgain}</Button>
          </>
        ) : (
          <p role="status">{texts.opening}</p>
        )}
      </section>
    )
  }
  const { said, connection, unsent } = conversation
  // One that has ended is opened anew by the message that is sent to it.
  const canSend = connection.state !== 'expired'
  const sendNew = (content: string) => {
    const id = crypto.randomUUID()
    setSent(id)
    void send(sessionId, {
      id,
      content,
      ...(model !== '' && { model }),
      ...(editing && { replaces: editing.id }),
    })
    setEditing(undefined)
  }
  const sendAgain = ({ id, content }: UnsentMessage) => void send(sessionId, { id, content })
  return (
    <section className={styles['panel']} aria-label={texts.title}>
      <ConnectionLine
        session={sessionId}
        connection={connection}
        onOpen={() => open()}
        onNew={onNew}
      />
      {!conversation.executes && (
        <div className={styles['line']}>
          <p className={styles['told']}>{texts.looksOn(conversation.boundTo)}</p>
          {project && <Button onClick={() => open({ move_here: true })}>{texts.moveHere}</Button>}
        </div>
      )}
      <ItemList
        session={sessionId}
        items={said.items}
        hasOlder={conversation.older !== undefined}
        readOlder={readOlder}
        sent={sent}
        {...(canSend && { onEdit: setEditing })}
      />
      <Announcer items={said.items} />
      <Unsent
        messages={unsent}
        canSend={canSend}
        onSendAgain={sendAgain}
        onDrop={({ id }) => setUnsent(sessionId, (all) => all.filter((each) => each.id !== id))}
      />
      <p role="status" className={styles['activity']}>
        {said.activity === 'idle' ? '' : texts.activity[said.activity]}
      </p>
      <Composer
        sessionId={sessionId}
        busy={isBusy(said)}
        canSend={canSend}
        editing={editing}
        onEditEnd={() => setEditing(undefined)}
        onSend={sendNew}
        onStop={stop}
      >
        <ModelPicker model={model} onChoose={setModel} />
      </Composer>
      <UsageLine session={sessionId} items={said.items} />
    </section>
  )
}
