import type { WaitingCall } from '@codelab/contracts/engine-ui/approvals'

/** A model may ask for thousands of calls at once: what comes together is told together. */
const togetherMs = 50

/** Tells of the calls that wait whenever they are others than before; of new ones the first of each session. The answer looks soon. */
export function createApprovalFeed(parts: {
  readonly waiting: () => WaitingCall[]
  readonly onChange: (calls: WaitingCall[]) => void
  readonly onNew: (call: WaitingCall) => void
}): () => void {
  let told = '[]'
  let timer: NodeJS.Timeout | undefined
  const announced = new Set<string>()

  const look = () => {
    timer = undefined
    const calls = parts.waiting()
    const text = JSON.stringify(calls)
    if (text === told) return
    told = text
    parts.onChange(calls)
    const sessions = new Set<string>()
    for (const call of calls) {
      if (announced.has(call.call_id)) continue
      announced.add(call.call_id)
      if (!sessions.has(call.session_id)) parts.onNew(call)
      sessions.add(call.session_id)
    }
  }
  return () => {
    timer ??= setTimeout(look, togetherMs)
    timer.unref()
  }
}
