import {
  type CallItem,
  type ConversationState,
  pendingApprovals,
} from '@codelab/engine/conversation/state'
import type { DecisionInput } from '@codelab/engine/conversation/conversation'
import { Failure } from '@codelab/runtime/failure'

/** What was decided, and on which arguments the person looked. */
export type Decided = {
  readonly decision: DecisionInput
  readonly shown: Readonly<Record<string, unknown>>
}

/** Decides about one call; undefined leaves it open. The signal comes when it was decided elsewhere. */
export type Decide = (call: CallItem, signal: AbortSignal) => Promise<Decided | undefined>

/** Deals with the calls that wait for this person, one after the other. */
export type Approver = {
  consider(state: ConversationState): void
  /** Ends a question that is open, without a decision. */
  interrupt(): void
}

export function createApprover(options: {
  readonly decide: Decide
  readonly send: (callId: string, decided: Decided) => Promise<'taken' | 'late'>
  readonly onLate: (call: CallItem) => void
  readonly onRefused: (call: CallItem, failure: Failure) => void
  readonly onError: (error: unknown) => void
}): Approver {
  const { decide, send, onLate, onRefused, onError } = options
  const settled = new Set<string>()
  let current: { readonly call: CallItem; readonly abort: AbortController } | undefined
  let latest: ConversationState | undefined

  const deal = async (call: CallItem, signal: AbortSignal) => {
    const decided = await decide(call, signal)
    settled.add(call.callId)
    if (!decided || signal.aborted) return
    try {
      if ((await send(call.callId, decided)) === 'late') onLate(call)
    } catch (error) {
      // Edited arguments that the server does not accept leave the call open: ask again.
      if (!(error instanceof Failure) || error.code !== 'invalid_request') throw error
      onRefused(call, error)
      settled.delete(call.callId)
    }
  }

  const next = () => {
    if (current || !latest) return
    const call = pendingApprovals(latest).find((item) => !settled.has(item.callId))
    if (!call) return
    const abort = new AbortController()
    current = { call, abort }
    deal(call, abort.signal)
      .catch(onError)
      .finally(() => {
        current = undefined
        next()
      })
  }

  return {
    consider: (state) => {
      latest = state
      const open =
        current && pendingApprovals(state).some((item) => item.callId === current?.call.callId)
      if (current && !open) current.abort.abort()
      next()
    },
    interrupt: () => current?.abort.abort(),
  }
}
