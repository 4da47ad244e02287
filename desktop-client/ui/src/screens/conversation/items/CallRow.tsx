import type { CallItem, CallState } from '@codelab/engine/conversation/state'
import { Ban, Check, ChevronRight, CircleHelp, Clock, LoaderCircle, X } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import { memo, useState } from 'react'
import { Button } from '../../../parts/Button.tsx'
import { Visible } from '../../../parts/Visible.tsx'
import { showCall, usePage } from '../../../state/store.ts'
import { useTexts } from '../../../texts/texts.ts'
import { UndoOfCall } from '../../changes/UndoOfCall.tsx'
import { CallArguments } from './CallArguments.tsx'
import { CallResult } from './CallResult.tsx'
import styles from './CallRow.module.css'
import { describeCall } from './describe-call.ts'

const icons: Readonly<Partial<Record<string, typeof Check>>> = {
  waiting_approval: Clock,
  ready: LoaderCircle,
  executed: Check,
  failed: X,
  rejected: Ban,
  cancelled: Ban,
  expired: Clock,
  unknown: CircleHelp,
} satisfies Record<CallState, typeof Check>

/** A call that has its outcome has a result too: the tool's, or why there is none. */
const isOver = ({ state }: CallItem) => state !== 'waiting_approval' && state !== 'ready'

/** One tool call: what, how it went, and, opened, with what exactly and what it answered. What it changed can be undone. */
export const CallRow = memo(function CallRow({
  call,
  session,
}: {
  readonly call: CallItem
  readonly session: string
}) {
  const texts = useTexts().conversation
  const me = usePage((state) => state.application?.account.person?.id)
  const [open, setOpen] = useState(false)
  const waiting = usePage(({ approvals }) =>
    call.state === 'waiting_approval'
      ? approvals.find(({ call_id }) => call_id === call.callId)
      : undefined,
  )
  const Icon = icons[call.state] ?? CircleHelp
  const said = describeCall(call.arguments)
  return (
    <Collapsible.Root
      className={styles['row']}
      open={open}
      onOpenChange={setOpen}
      data-call={call.callId}
      data-state-of={call.state}
    >
      <Collapsible.Trigger className={styles['head']}>
        <ChevronRight size={14} aria-hidden className={styles['turn']} />
        <Icon size={15} aria-hidden className={`${styles['icon']} ${styles[call.state] ?? ''}`} />
        <strong>{call.tool}</strong>
        <span className={styles['what']}>
          <Visible text={said} />
        </span>
        <span className={styles['state']}>
          {(texts.callState as Partial<Record<string, string>>)[call.state] ?? call.state}
        </span>
      </Collapsible.Trigger>
      {waiting && (
        <div className={styles['decide']}>
          <Button look="attention" onClick={() => showCall(waiting)}>
            {texts.decide}
          </Button>
        </div>
      )}
      {/* Only where it is open: closed ones would be asked for their animations in each row that a scroll brings. */}
      {open && (
        <Collapsible.Content className={styles['more']}>
          {call.reason && (
            <p>
              <Visible text={call.reason} />
            </p>
          )}
          <CallArguments given={call.arguments} />
          {isOver(call) && <CallResult session={session} call={call} />}
          {call.by && call.by !== me && <p className={styles['by']}>{texts.decidedBy(call.by)}</p>}
          {call.state === 'executed' && <UndoOfCall session={session} callId={call.callId} />}
        </Collapsible.Content>
      )}
    </Collapsible.Root>
  )
})
