import { alwaysAsks } from '@codelab/contracts/always-ask'
import type { CallItem } from '@codelab/engine/conversation/state'
import type { Context } from '../context.ts'
import type { Screen } from '../terminal/screen.ts'
import { visibleLine } from '../terminal/visible.ts'
import type { Decide } from './approver.ts'
import { askAt } from './ask-approval.ts'
import { describeCall } from './describe-call.ts'
import type { OpenedSession } from './session.ts'

export type Approve = 'ask' | 'never' | 'all'

type Options = {
  readonly approve: Approve
  readonly screen: Screen
  /** Somebody can be asked here. */
  readonly canAsk: boolean
  /** A call was left open, since nobody can be asked. */
  readonly onOpen: (call: CallItem) => void
  /** A call was refused by `--approve=never`. */
  readonly onRefused: () => void
  readonly interrupt: () => void
}

/** Decides about calls as `--approve` says. What always asks is asked about, whatever it says. */
export function decideBy(context: Context, options: Options): (session: OpenedSession) => Decide {
  const { texts, style } = context
  const { approve, screen, canAsk, onOpen, onRefused, interrupt } = options

  const leaveOpen: Decide = async (call) => {
    onOpen(call)
    return undefined
  }
  const approveAll =
    (ask: Decide): Decide =>
    async (call, signal) => {
      const guarded = alwaysAsks(call.tool, call.arguments)
      if (!guarded) return { decision: { decision: 'approve' }, shown: call.arguments }
      screen.remark(style.yellow(texts.approve.alwaysAsks(visibleLine(guarded.path))))
      return await ask(call, signal)
    }
  const refuse: Decide = async ({ tool, arguments: shown }) => {
    onRefused()
    screen.remark(style.yellow(texts.approve.refusedNote(describeCall(tool, shown))))
    return { decision: { decision: 'reject', feedback: texts.approve.never }, shown }
  }
  return (session) => {
    const ask = canAsk ? askAt(context, screen, session, interrupt) : leaveOpen
    if (approve === 'never') return refuse
    return approve === 'all' ? approveAll(ask) : ask
  }
}
