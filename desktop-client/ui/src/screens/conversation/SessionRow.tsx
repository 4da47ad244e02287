import { markSeen, type SessionItem } from '@codelab/contracts/engine-ui/conversations'
import { Ellipsis, LoaderCircle } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useEffect, useState } from 'react'
import { call } from '../../engine/call.ts'
import { Button } from '../../parts/Button.tsx'
import menu from '../../parts/Menu.module.css'
import { Visible } from '../../parts/Visible.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './SessionList.module.css'

/** The time of today, the day of any other. */
function shortTime(at: string, locale: string): string {
  const then = new Date(at)
  return then.toDateString() === new Date().toDateString()
    ? then.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })
    : then.toLocaleDateString(locale, { day: 'numeric', month: 'short' })
}

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
  const {
    sessions: texts,
    jobs: { locale },
  } = useTexts()
  const [renaming, setRenaming] = useState(false)
  const title = session.title ?? texts.untitled
  const { id, unread, last_seq: seq } = session
  useEffect(() => {
    if (!current || !unread) return
    const mark = () => {
      if (document.hidden) return
      call(markSeen, { params: { session: id }, body: { seq } }).catch((error: unknown) =>
        console.warn('stays unread', error),
      )
    }
    mark()
    document.addEventListener('visibilitychange', mark)
    return () => document.removeEventListener('visibilitychange', mark)
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
        <span className={session.unread && !current ? styles['unread'] : undefined}>
          {session.unread && !current && <i className={styles['dot']} aria-hidden />}
          <Visible text={title} />
        </span>
        <span className={styles['marks']}>
          {session.waiting && <mark>{texts.waiting}</mark>}
          {session.unread && <span className="visually-hidden">{texts.unread}</span>}
          {session.state !== 'idle' && !session.waiting && (
            <span className={styles['running']}>
              <LoaderCircle size={12} aria-hidden /> {texts.running}
            </span>
          )}
          {session.project && <span className={styles['project']}>{session.project.name}</span>}
          {!session.waiting && (
            <time dateTime={session.last_activity_at}>
              {shortTime(session.last_activity_at, locale)}
            </time>
          )}
        </span>
      </button>
      <DropdownMenu.Root modal={false}>
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
