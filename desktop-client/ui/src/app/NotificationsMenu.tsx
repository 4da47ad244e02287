import type { Notification } from '@codelab/contracts/engine-ui/application'
import { Bell, CircleAlert, ListChecks, MessageSquare, ShieldQuestion } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useRef } from 'react'
import { z } from 'zod/mini'
import { Button } from '../parts/Button.tsx'
import menu from '../parts/Menu.module.css'
import { Visible } from '../parts/Visible.tsx'
import { focusOnAsked } from '../screens/approval/focus-on-asked.ts'
import { changePage, showCall, usePage } from '../state/store.ts'
import { useRemembered } from '../state/use-remembered.ts'
import { useTexts } from '../texts/texts.ts'
import styles from './TopBar.module.css'

const icons = {
  approval: ShieldQuestion,
  job: ListChecks,
  turn: MessageSquare,
  problem: CircleAlert,
}
const Latest = z.string()

/** Goes to what a notification is about. */
function show({ kind, session_id, call_id }: Notification): void {
  const call = usePage.getState().approvals.find((each) => each.call_id === call_id)
  if (call) showCall(call)
  else if (kind === 'job') changePage({ place: 'jobs' })
  else if (session_id !== undefined) changePage({ session: session_id })
}

/** What happened while the person looked elsewhere, latest first; a number says how much of it is new. */
export function NotificationsMenu() {
  const { jobs, notifications: texts } = useTexts()
  const notifications = usePage((state) => state.notifications)
  const [seen, setSeen] = useRemembered('notifications.seen', Latest, '')
  const fresh = seen === undefined ? 0 : notifications.filter(({ at }) => at > seen).length
  const chose = useRef(false)
  const [latest] = notifications
  return (
    <DropdownMenu.Root modal={false} onOpenChange={(open) => open && latest && setSeen(latest.at)}>
      <DropdownMenu.Trigger asChild>
        <Button look="plain" aria-label={texts.title(fresh)} title={texts.title(fresh)}>
          <Bell size={17} aria-hidden />
          {fresh > 0 && (
            <span className={styles['badge']} aria-hidden>
              {fresh}
            </span>
          )}
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={`${menu['menu']} ${menu['long']}`}
          align="end"
          onCloseAutoFocus={(event) => {
            if (chose.current) focusOnAsked(event)
            chose.current = false
          }}
        >
          {notifications.length === 0 && (
            <DropdownMenu.Label className={menu['label']}>{texts.none}</DropdownMenu.Label>
          )}
          {notifications.map((notification) => {
            const Icon = icons[notification.kind] ?? CircleAlert
            return (
              <DropdownMenu.Item
                key={notification.id}
                className={menu['item']}
                onSelect={() => {
                  chose.current = true
                  show(notification)
                }}
              >
                <Icon size={16} aria-hidden />
                <span className={menu['lines']}>
                  <strong>{notification.title}</strong>
                  <Visible text={notification.text} />
                  <small>{new Date(notification.at).toLocaleTimeString(jobs.locale)}</small>
                </span>
              </DropdownMenu.Item>
            )
          })}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
