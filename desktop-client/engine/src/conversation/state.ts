import type { Usage } from '@codelab/contracts/agent-llm'
import type { MessageFinish, ServerFrame, SessionState } from '@codelab/contracts/frames'

type Resolved = Extract<ServerFrame, { type: 'tool_resolved' }>['outcome']

export type MessageItem = {
  readonly kind: 'message'
  readonly id: string
  readonly role: 'user' | 'assistant'
  readonly text: string
  /** False while it streams. */
  readonly complete: boolean
  readonly finish?: MessageFinish
  readonly model?: string
  readonly usage?: Usage
}

export type CallState = 'waiting_approval' | 'ready' | Resolved

export type CallItem = {
  readonly kind: 'call'
  readonly callId: string
  readonly tool: string
  readonly arguments: Readonly<Record<string, unknown>>
  readonly state: CallState
  readonly reason?: string
  readonly expiresAt?: string
  readonly by?: string
}

export type ErrorItem = { readonly kind: 'error'; readonly code: string; readonly message: string }

export type Item = MessageItem | CallItem | ErrorItem

export type Turn = {
  readonly id: string
  readonly state: Extract<ServerFrame, { type: 'turn' }>['state']
}

/** A conversation as a person sees it: what was said and done, in order, and what is going on now. */
export type ConversationState = {
  readonly sessionId?: string
  readonly items: readonly Item[]
  readonly activity: SessionState
  readonly turn?: Turn
  readonly models: readonly string[]
}

export const emptyConversation: ConversationState = { items: [], activity: 'idle', models: [] }

/** The calls that wait for this person, oldest first. */
export const pendingApprovals = (state: ConversationState): CallItem[] =>
  state.items.filter(
    (item): item is CallItem => item.kind === 'call' && item.state === 'waiting_approval',
  )

export const isBusy = (state: ConversationState): boolean => state.turn?.state === 'started'
