import type { EngineEvent } from '@codelab/contracts/engine-ui/events'
import type {
  ConversationConnection,
  OpenedConversation,
} from '@codelab/contracts/engine-ui/conversations'
import type { Problem } from '@codelab/contracts/engine-ui/failures'
import { reduce } from '@codelab/engine/conversation/reduce'
import type { ConversationState, Item } from '@codelab/engine/conversation/state'

/** A message that was sent here and is not yet, or will never be, in the conversation. */
export type Unsent = {
  readonly id: string
  readonly content: string
  /** Why the workspace did not take it. */
  readonly problem?: Problem
}

/** An open conversation as the page keeps it. */
export type PageConversation = {
  readonly sessionId: string
  /** Events up to this one are in the picture. */
  readonly cursor: number
  readonly executes: boolean
  readonly boundTo: string | undefined
  readonly connection: ConversationConnection
  readonly said: ConversationState
  readonly older: string | undefined
  readonly unsent: readonly Unsent[]
  /** What was missed is no longer kept: the picture must be read again. */
  readonly stale: boolean
}

export const conversationOf = (opened: OpenedConversation): PageConversation => ({
  sessionId: opened.session_id,
  cursor: opened.cursor,
  executes: opened.executes,
  boundTo: opened.bound_to,
  connection: opened.connection,
  said: {
    sessionId: opened.session_id,
    items: opened.items as readonly Item[],
    activity: opened.activity,
    models: opened.models,
    ...(opened.turn && { turn: opened.turn }),
  },
  older: opened.older,
  unsent: opened.unsent,
  stale: false,
})

const notTaken: Problem = { code: 'unavailable', message: 'It is not known whether this was sent.' }

/** A conversation that was opened again: what the person wrote and nobody has taken is still there. */
export function reopened(
  before: PageConversation | undefined,
  opened: PageConversation,
): PageConversation {
  const known = new Set([
    ...opened.unsent.map(({ id }) => id),
    ...opened.said.items.flatMap((item) => (item.kind === 'message' ? [item.id] : [])),
  ])
  const left = (before?.unsent ?? [])
    .filter(({ id }) => !known.has(id))
    .map((message) => ({ problem: notTaken, ...message }))
  return { ...opened, unsent: [...left, ...opened.unsent] }
}

const messageIndex = (items: readonly Item[], id: string) =>
  items.findIndex((item) => item.kind === 'message' && item.id === id)

function withoutFrom(items: readonly Item[], id: string): readonly Item[] {
  const index = messageIndex(items, id)
  return index < 0 ? items : items.slice(0, index)
}

/** The conversation after one more event of its own; one that is in the picture already changes nothing. */
export function applyToConversation(
  before: PageConversation,
  event: EngineEvent,
): PageConversation {
  if (event.n <= before.cursor) return before
  const after = { ...before, cursor: event.n }
  switch (event.type) {
    case 'frame': {
      const { frame } = event
      const unsent =
        frame.type === 'user_message'
          ? before.unsent.filter(({ id }) => id !== frame.id)
          : before.unsent
      return { ...after, unsent, said: reduce(before.said, frame) }
    }
    case 'replaced':
      return {
        ...after,
        said: { ...before.said, items: withoutFrom(before.said.items, event.message_id) },
      }
    case 'connection':
      return { ...after, connection: event.connection }
    case 'reload':
      return { ...after, stale: true }
    case 'message_failed': {
      const { message_id: id, content, problem } = event
      const others = before.unsent.filter((each) => each.id !== id)
      return { ...after, unsent: [...others, { id, content, problem }] }
    }
    default:
      return after
  }
}
