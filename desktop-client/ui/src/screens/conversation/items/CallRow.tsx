import type { CallItem } from '@codelab/engine/conversation/state'
import { Ban, Check, ChevronRight, CircleHelp, Clock, LoaderCircle, X } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import { memo } from 'react'
import { Visible } from '../../../parts/Visible.tsx'
import { useTexts } from '../../../texts/texts.ts'
import { describeCall } from './describe-call.ts'
import styles from './CallRow.module.css'

const icons: Readonly<Record<CallItem['state'], typeof Check>> = {
  waiting_approval: Clock,
  ready: LoaderCircle,
  executed: Check,
  failed: X,
  rejected: Ban,
  cancelled: Ban,
  expired: Clock,
  unknown: CircleHelp,
}

/** One tool call: what, how it went, and, opened, with what exactly. */
export const CallRow = memo(function CallRow({ call }: { readonly call: CallItem }) {
  const texts = useTexts().conversation
  const Icon = icons[call.state]
  return (
    <Collapsible.Root className={styles['row']} data-call={call.callId} data-state-of={call.state}>
      <Collapsible.Trigger className={styles['head']}>
        <ChevronRight size={14} aria-hidden className={styles['turn']} />
        <Icon size={16} aria-hidden className={styles[call.state]} />
        <strong>{call.tool}</strong>
        <span className={styles['what']}>
          <Visible text={describeCall(call.arguments)} />
        </span>
        <span className={styles['state']}>{texts.callState[call.state]}</span>
      </Collapsible.Trigger>
      <Collapsible.Content className={styles['more']}>
        {call.reason && <p>{call.reason}</p>}
        <pre tabIndex={0}>
          <Visible text={JSON.stringify(call.arguments, undefined, 2)} lines />
        </pre>
        {call.by && <p>{texts.decidedBy(call.by)}</p>}
      </Collapsible.Content>
    </Collapsible.Root>
  )
})
