import {
  cancelTurn,
  changeSession,
  closeConversation,
  deleteSession,
  listMessages,
  listModels,
  listSessions,
  markSeen,
  openConversation,
  readCallResult,
  reconnect,
  sendMessage,
} from '@codelab/contracts/engine-ui/conversations'
import { handle, type RouteHandler } from '@codelab/runtime/handle'
import type { Links } from '../account/link.ts'
import type { CallResults } from '../conversations/call-results.ts'
import type { OpenConversations } from '../conversations/open-conversations.ts'
import type { SeenSessions } from '../feeds/seen-sessions.ts'
import type { SessionsFeed } from '../feeds/sessions-feed.ts'

export type ConversationRoutes = {
  readonly links: Links
  readonly conversations: OpenConversations
  readonly sessions: () => Promise<SessionsFeed>
  readonly seen: () => Promise<SeenSessions>
  readonly results: CallResults
  /** The list of sessions may differ. */
  readonly touched: () => void
}

export const conversationRoutes = ({
  links,
  conversations,
  sessions,
  seen,
  results,
  touched,
}: ConversationRoutes): RouteHandler[] => {
  const rest = () => links.current().rest
  return [
    handle(listSessions, async ({ query }) => (await sessions()).list(query)),
    handle(changeSession, async ({ params, body }) => {
      const changed = await rest().changeSession(params.session, body)
      touched()
      return (await sessions()).item(changed)
    }),
    handle(deleteSession, async ({ params }) => {
      await rest().deleteSession(params.session)
      await conversations.close(params.session)
      const feed = await sessions()
      feed.forget(params.session)
    }),
    handle(markSeen, async ({ params, body }) => {
      const kept = await seen()
      await kept.mark(params.session, body.seq)
      touched()
    }),
    handle(listMessages, ({ params, query }) =>
      rest().messages(params.session, {
        ...(query.before !== undefined && { before: query.before }),
        ...(query.limit !== undefined && { limit: query.limit }),
      }),
    ),
    handle(readCallResult, ({ params, query }) => results.part(params, query)),
    handle(listModels, () => rest().models()),
    handle(openConversation, async ({ body }) =>
      conversations.picture(await conversations.open(body)),
    ),
    handle(closeConversation, ({ params }) => conversations.close(params.session)),
    handle(reconnect, async ({ params }) =>
      conversations.get(params.session).joined.conversation.reconnect(),
    ),
    handle(sendMessage, async ({ params, body }) => ({
      message_id: body.id,
      stored: await conversations.send(params.session, body),
    })),
    handle(cancelTurn, async ({ params }) => conversations.cancel(params.session)),
  ]
}
