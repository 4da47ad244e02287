import type { ServerFrame, SessionState } from '@codelab/contracts/frames'
import { runsInAgent } from '@codelab/contracts/runs-in-agent'
import type { CallItem, ConversationState, Item, MessageItem } from './state.ts'

type Frame<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>

/** Replaces the newest item that matches, or adds one: what changes is nearly always at the end. */
function put(
  items: readonly Item[],
  matches: (item: Item) => boolean,
  make: (before: Item | undefined) => Item,
): readonly Item[] {
  const index = items.findLastIndex(matches)
  return index < 0 ? [...items, make(undefined)] : items.with(index, make(items[index]))
}

const isMessage = (id: string) => (item: Item) => item.kind === 'message' && item.id === id
const isCall = (id: string) => (item: Item) => item.kind === 'call' && item.callId === id

function withText(frame: Frame<'assistant_message'>, before: Item | undefined): MessageItem {
  const text = before?.kind === 'message' ? before.text : ''
  return {
    kind: 'message',
    id: frame.message_id,
    role: 'assistant',
    text: frame.is_final ? (frame.content ?? text) : text + frame.token,
    complete: frame.is_final,
    ...(frame.finish_reason && { finish: frame.finish_reason }),
    ...(frame.model && { model: frame.model }),
    ...(frame.usage && { usage: frame.usage }),
  }
}

const activityOf = ({ requires_approval, tool_name }: Frame<'tool_call'>): SessionState => {
  if (requires_approval) return 'waiting_approval'
  return runsInAgent(tool_name) ? 'thinking' : 'waiting_tool'
}

const callOf = (frame: Frame<'tool_call'>): CallItem => ({
  kind: 'call',
  callId: frame.call_id,
  tool: frame.tool_name,
  arguments: frame.arguments,
  state: frame.requires_approval ? 'waiting_approval' : 'ready',
  ...(frame.reason && { reason: frame.reason }),
  ...(frame.expires_at && { expiresAt: frame.expires_at }),
})

/** A call that has its outcome keeps it: a list of pending approvals may be older than the log. */
const putCall = (items: readonly Item[], frame: Frame<'tool_call'>): readonly Item[] =>
  put(items, isCall(frame.call_id), (before) => {
    const open = before?.kind !== 'call' || before.state === 'waiting_approval'
    return open ? callOf(frame) : (before ?? callOf(frame))
  })

function resolve(items: readonly Item[], frame: Frame<'tool_resolved'>): readonly Item[] {
  const index = items.findLastIndex(isCall(frame.call_id))
  const call = items[index]
  if (call?.kind !== 'call') return items
  return items.with(index, { ...call, state: frame.outcome, ...(frame.by && { by: frame.by }) })
}

type Reducers = {
  readonly [Type in ServerFrame['type']]?: (
    state: ConversationState,
    frame: Frame<Type>,
  ) => ConversationState
}

const reducers: Reducers = {
  session: (state, frame) => ({
    ...state,
    sessionId: frame.session_id,
    activity: frame.state,
    models: frame.models,
    items: frame.pending_approvals.reduce(putCall, state.items),
  }),
  status: (state, frame) => ({ ...state, activity: frame.state }),
  turn: (state, frame) => ({
    ...state,
    turn: { id: frame.turn_id, state: frame.state },
    activity: frame.state === 'started' ? 'thinking' : 'idle',
  }),
  user_message: (state, frame) => ({
    ...state,
    items: put(state.items, isMessage(frame.id), () => ({
      kind: 'message',
      id: frame.id,
      role: 'user',
      text: frame.content,
      complete: true,
    })),
  }),
  assistant_message: (state, frame) => ({
    ...state,
    items: put(state.items, isMessage(frame.message_id), (before) => withText(frame, before)),
  }),
  message_discarded: (state, frame) => ({
    ...state,
    items: state.items.filter((item) => !isMessage(frame.message_id)(item)),
  }),
  tool_call: (state, frame) => ({
    ...state,
    activity: activityOf(frame),
    items: putCall(state.items, frame),
  }),
  tool_resolved: (state, frame) => ({ ...state, items: resolve(state.items, frame) }),
  error: (state, frame) =>
    frame.in_reply_to === undefined && frame.code !== 'token_expired'
      ? {
          ...state,
          items: [...state.items, { kind: 'error', code: frame.code, message: frame.message }],
        }
      : state,
}

/** The conversation after one more frame. Frames that change nothing for a person leave the state as it is. */
export function reduce(state: ConversationState, frame: ServerFrame): ConversationState {
  const reducer = reducers[frame.type] as
    | ((state: ConversationState, frame: ServerFrame) => ConversationState)
    | undefined
  return reducer ? reducer(state, frame) : state
}
