import type { WaitingCall } from '@codelab/contracts/engine-ui/approvals'
import type { PageState } from './page-state.ts'

type Known = Pick<PageState, 'approvals' | 'session' | 'call' | 'aside'>

/** What waits for the person: the session in front first, then the others, each oldest first. */
export function waitingQueue({ approvals, session }: Known): readonly WaitingCall[] {
  const isFront = ({ session_id }: WaitingCall) => session_id === session
  return [...approvals.filter(isFront), ...approvals.filter((call) => !isFront(call))]
}

/** The call that is asked about now, and its place in the queue; another session's only when the person chose it. */
export function askedNow(
  state: Known,
): { call: WaitingCall; index: number; count: number } | undefined {
  const queue = waitingQueue(state)
  const chosen = queue.findIndex(({ call_id }) => call_id === state.call)
  const first = queue[0]?.session_id === state.session && !state.aside ? 0 : -1
  const index = chosen >= 0 ? chosen : first
  const call = queue[index]
  return call && { call, index, count: queue.length }
}
