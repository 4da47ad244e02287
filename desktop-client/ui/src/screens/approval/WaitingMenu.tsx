import { ShieldQuestion } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useEffect, useRef } from 'react'
import { useShallow } from 'zustand/shallow'
import { Button } from '../../parts/Button.tsx'
import menu from '../../parts/Menu.module.css'
import { Visible } from '../../parts/Visible.tsx'
import { showCall, usePage } from '../../state/store.ts'
import { waitingQueue } from '../../state/waiting-queue.ts'
import { useTexts } from '../../texts/texts.ts'
import { focusOnAsked } from './focus-on-asked.ts'
import { describeCall } from '../conversation/items/describe-call.ts'

/** All that waits for a decision, of every conversation; choosing one brings it to the front. */
export function WaitingMenu() {
  const texts = useTexts()
  const queue = usePage(useShallow(waitingQueue))
  const chose = useRef(false)
  const title = queue.length === 0 ? texts.application : `(${queue.length}) ${texts.application}`
  useEffect(() => {
    document.title = title
  }, [title])
  if (queue.length === 0) return null
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button look="attention">
          <ShieldQuestion size={16} aria-hidden /> {texts.workbench.approvals(queue.length)}
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={menu['menu']}
          align="end"
          onCloseAutoFocus={(event) => {
            if (chose.current) focusOnAsked(event)
            chose.current = false
          }}
        >
          <DropdownMenu.Label className={menu['label']}>
            {texts.workbench.waitsEverywhere}
          </DropdownMenu.Label>
          {queue.map((call) => (
            <DropdownMenu.Item
              key={call.call_id}
              className={menu['item']}
              onSelect={() => {
                chose.current = true
                showCall(call)
              }}
            >
              <span className={menu['lines']}>
                <span>
                  <strong>{call.tool_name}</strong> <Visible text={describeCall(call.arguments)} />
                </span>
                <small>
                  <Visible text={call.title ?? texts.approval.untitled} />
                </small>
              </span>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
