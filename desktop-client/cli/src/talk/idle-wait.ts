import {
  type ConversationState,
  isBusy,
  pendingApprovals,
} from '@codelab/engine/conversation/state'

/** Tells when a conversation is at rest, and when it stops to be. */
export type IdleWait = {
  note(state: ConversationState): void
  /** Resolves when no turn runs and nothing waits for a decision. */
  rest(): Promise<void>
  /** A signal that comes as soon as something goes on again, or there is something to show. */
  stir(): AbortSignal
  /** Something is about to be shown: who reads a line begins anew below it. */
  nudge(): void
}

const isAtRest = (state: ConversationState) =>
  !isBusy(state) && pendingApprovals(state).length === 0

export function createIdleWait(): IdleWait {
  let resting = true
  let waiting: (() => void)[] = []
  let stirred = new AbortController()
  return {
    note: (state) => {
      resting = isAtRest(state)
      if (!resting) return stirred.abort()
      for (const resolve of waiting) resolve()
      waiting = []
      return undefined
    },
    rest: () => (resting ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    nudge: () => stirred.abort(),
    stir: () => {
      if (resting) stirred = new AbortController()
      return stirred.signal
    },
  }
}
