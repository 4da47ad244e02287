import type { EngineEvent } from '@codelab/contracts/engine-ui/events'
import { create } from 'zustand'
import type { WaitingCall } from '@codelab/contracts/engine-ui/approvals'
import type { EngineFailure } from '../engine/failure.ts'
import { type Notice, withNotice } from './notice.ts'
import { askedNow, waitingQueue } from './waiting-queue.ts'
import { applyEvent, firstPageState, type PageState } from './page-state.ts'

/** The page's state; components take the part that they show with a selector. */
export const usePage = create<PageState>(() => firstPageState)

/** Takes what came from the engine. Frames that came together are one change, so the page is drawn once. */
export const takeEvents = (events: readonly EngineEvent[]): void =>
  usePage.setState((state) => events.reduce(applyEvent, state))

/** Where a change is to be seen. */
const columnOf = (change: Partial<PageState>): Partial<PageState> => {
  if ('place' in change) return { column: 'center' }
  return change.session === undefined ? {} : { column: 'conversation' }
}

/** Changes some of the state. Who goes to another place puts what waits aside. */
export const changePage = (change: Partial<PageState>): void =>
  usePage.setState((state) => {
    const aside = 'place' in change && askedNow(state) !== undefined
    return { ...(aside && { aside: true, call: undefined }), ...columnOf(change), ...change }
  })

/** Brings a waiting call to the front, with its session. */
export const showCall = ({ session_id: session, call_id: call }: WaitingCall): void =>
  usePage.setState({ session, call, aside: false, column: 'center' })

/** Brings what waits to the front; when it is there already, the next of the queue, or the one before. */
export function showWaiting(step: 1 | -1): void {
  const state = usePage.getState()
  const queue = waitingQueue(state)
  const index = askedNow(state)?.index
  const next = queue.at(index === undefined ? 0 : (index + step) % queue.length)
  if (next) showCall(next)
}

let count = 0
/** Tells what no screen shows. */
export const tell = (notice: Omit<Notice, 'id'>): void =>
  usePage.setState(({ notices }) => ({
    notices: withNotice(notices, { id: `notice-${(count += 1)}`, ...notice }),
  }))

/** For work that nobody waits for: its failure is told. */
export const attempt = (work: Promise<unknown>): void =>
  void work.catch((error: unknown) => tell({ problem: error as EngineFailure }))
