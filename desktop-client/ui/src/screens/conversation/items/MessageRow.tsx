import type { MessageItem } from '@codelab/engine/conversation/state'
import { Pencil } from 'lucide-react'
import { memo } from 'react'
import { Button } from '../../../parts/Button.tsx'
import { CopyButton } from '../../../parts/CopyButton.tsx'
import { useTexts } from '../../../texts/texts.ts'
import { Markdown } from './Markdown.tsx'
import styles from './MessageRow.module.css'

/** What a person or the assistant said. A person's words are shown as they typed them. */
export const MessageRow = memo(function MessageRow({
  message,
  onEdit,
}: {
  readonly message: MessageItem
  /** Absent where nothing can be sent. */
  readonly onEdit?: ((message: MessageItem) => void) | undefined
}) {
  const { conversation: texts, usage: tokens } = useTexts()
  const { role, text, complete, finish, model, usage } = message
  const ended = finish && finish in texts.finish ? texts.finish[finish] : undefined
  return (
    <article className={styles[role]} aria-label={role === 'user' ? texts.you : texts.assistant}>
      {role === 'user' ? <p className={styles['typed']}>{text}</p> : <Markdown text={text} />}
      {ended && <p className={styles['note']}>{ended}</p>}
      <footer className={styles['foot']}>
        {model && <small>{model}</small>}
        {usage && complete && (
          <small>{tokens.answer(usage.input_tokens, usage.output_tokens)}</small>
        )}
        {complete && <CopyButton text={() => text} />}
        {role === 'user' && onEdit && (
          <Button
            look="plain"
            aria-label={texts.editAndResend}
            title={texts.editAndResend}
            onClick={() => onEdit(message)}
          >
            <Pencil size={16} aria-hidden />
          </Button>
        )}
      </footer>
    </article>
  )
})
