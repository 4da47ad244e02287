import type { MessageItem } from '@codelab/engine/conversation/state'
import { SendHorizontal, Square, X } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { z } from 'zod/mini'
import { Button } from '../../parts/Button.tsx'
import { messageBox } from '../../state/message-box.ts'
import { useRemembered } from '../../state/use-remembered.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './Composer.module.css'

const Draft = z.string()

/**
 * Where a message is typed. Enter sends, Shift+Enter makes a line. What is typed is remembered by the engine: neither a lost
 * connection nor an ended sign-in nor a restart takes it away.
 */
export function Composer({
  sessionId,
  busy,
  canSend,
  editing,
  onEditEnd,
  onSend,
  onStop,
  children,
}: {
  readonly sessionId: string
  readonly busy: boolean
  readonly canSend: boolean
  /** The message that the next one replaces. */
  readonly editing: MessageItem | undefined
  readonly onEditEnd: () => void
  readonly onSend: (content: string) => void
  readonly onStop: () => void
  /** What stands beside the buttons: the model. */
  readonly children: ReactNode
}) {
  const texts = useTexts().conversation
  const [draft, setDraft] = useRemembered(`draft:${sessionId}`, Draft, '')
  const box = useRef<HTMLTextAreaElement>(null)
  const content = draft ?? ''

  const former = useRef<string>(undefined)
  useEffect(() => {
    if (!editing) return
    // What was typed before comes back when the edit has ended.
    former.current ??= content
    setDraft(editing.text)
    box.current?.focus()
    // Once for each message that is taken up again.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [editing])
  const giveBack = () => {
    setDraft(former.current ?? '')
    former.current = undefined
  }
  const endEdit = () => {
    giveBack()
    onEditEnd()
  }

  const send = () => {
    if (content.trim() === '' || !canSend) return
    onSend(content)
    giveBack()
  }
  return (
    <form
      className={styles['composer']}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {editing && (
        <p className={styles['editing']}>
          <span>{texts.editing}</span>
          <Button look="plain" aria-label={texts.stopEditing} onClick={endEdit}>
            <X size={16} aria-hidden />
          </Button>
        </p>
      )}
      <textarea
        ref={box}
        id={messageBox}
        value={content}
        rows={3}
        aria-label={texts.message}
        placeholder={texts.placeholder}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && editing) return endEdit()
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
          event.preventDefault()
          send()
        }}
      />
      <div className={styles['actions']}>
        <div className={styles['beside']}>{children}</div>
        {busy && (
          <Button onClick={onStop}>
            <Square size={14} aria-hidden /> <span className={styles['label']}>{texts.stop}</span>
          </Button>
        )}
        <Button look="main" type="submit" disabled={!canSend || content.trim() === ''}>
          <SendHorizontal size={16} aria-hidden />{' '}
          <span className={styles['label']}>{editing ? texts.resend : texts.send}</span>
        </Button>
      </div>
    </form>
  )
}
