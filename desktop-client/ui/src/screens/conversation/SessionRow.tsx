import { markSeen, type SessionItem } from '@codelab/contracts/engine-ui/conversations'
import { Ellipsis } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useEffect, useState } from 'react'
import { call } from '../../engine/call.ts'
import { Button } from '../../parts/Button.tsx'
import menu from '../../parts/Menu.module.css'
import { useTexts } from '../../texts/texts.ts'
import styles from './SessionList.module.css'

/** One conversation of the list, with what may be done to it. */
export function SessionRow({
  session,
  current,
  onOpen,
  onRename,
  onArchive,
  onDelete,
}: {
  readonly session: SessionItem
  readonly current: boolean
  readonly onOpen: () => void
  readonly onRename: (title: string) => void
  readonly onArchive: () => void
  readonly onDelete: () => void
}) {
  const texts = useTexts().sessions
  const [renaming, setRenaming] = useState(false)
  const title = session.title ?? texts.untitled
  const { id, unread, last_seq: seq } = session
  useEffect(() => {
    if (!current || !unread || document.hidden) return
    call(markSeen, { params: { session: id }, body: { seq } }).catch((error: unknown) =>
      console.warn('stays unread', error),
    )
  }, [current, id, seq, unread])
  if (renaming) {
    return (
      <li className={styles['row']}>
        <form
          className={styles['rename']}
          onSubmit={(event) => {
            event.preventDefault()
            const typed = new FormData(event.currentTarget).get('title')
            setRenaming(false)
            if (typeof typed === 'string' && typed.trim() !== '') onRename(typed.trim())
          }}
        >
          <input
            name="title"
            defaultValue={session.title ?? ''}
            aria-label={texts.newTitle}
            maxLength={200}
            autoFocus
            onKeyDown={(event) => {
              if (event.key === 'Escape') setRenaming(false)
            }}
          />
        </form>
      </li>
    )
  }
  return (
    <li className={styles['row']} data-current={current}>
      <button
        type="button"
        className={styles['open']}
        aria-current={current ? 'true' : undefined}
        onClick={onOpen}
      >
        <span className={session.unread ? styles['unread'] : undefined}>{title}</span>
        <span className={styles['marks']}>
          {session.waiting && <mark>{texts.waiting}</mark>}
          {session.unread && <span>{texts.unread}</span>}
          {session.state !== 'idle' && !session.waiting && <span>{texts.running}</span>}
          {session.project && <span>{session.project.name}</span>}
        </span>
      </button>
      <DropdownMenu.Root>
        <DropdownMenu.Trigger asChild>
          <Button look="plain" aria-label={texts.actions(title)}>
            <Ellipsis size={16} aria-hidden />
          </Button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className={menu['menu']} align="end">
            <DropdownMenu.Item className={menu['item']} onSelect={() => setRenaming(true)}>
              {texts.rename}
            </DropdownMenu.Item>
            <DropdownMenu.Item className={menu['item']} onSelect={onArchive}>
              {session.archived ? texts.unarchive : texts.archive}
            </DropdownMenu.Item>
            <DropdownMenu.Item className={menu['item']} onSelect={onDelete}>
              {texts.delete}
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </li>
  )
}
