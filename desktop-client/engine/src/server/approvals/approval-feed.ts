import type { WaitingCall } from '@codelab/contracts/engine-ui/approvals'

/** Tells of the calls that wait whenever they are others than before, and of each new one once. The answer looks now. */
export function createApprovalFeed(parts: {
  readonly waiting: () => WaitingCall[]
  readonly onChange: (calls: WaitingCall[]) => void
  readonly onNew: (call: WaitingCall) => void
}): () => void {
  let told = '[]'
  const announced = new Set<string>()
  return () => {
    const calls = parts.waiting()
    const text = JSON.stringify(calls)
    if (text === told) return
    told = text
    parts.onChange(calls)
    for (const call of calls) {
      if (announced.has(call.call_id)) continue
      announced.add(call.call_id)
      parts.onNew(call)
    }
  }
}
