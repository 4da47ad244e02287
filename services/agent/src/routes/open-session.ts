import { openSession } from '@codelab/contracts/gateway-agent'
import { handle, type RouteHandler } from '@codelab/runtime/handle'
import { readOpening } from '../store/opening.ts'
import { isExpired } from '../turn/expiry.ts'
import { languageOf } from '../turn/language.ts'
import { streamBegin } from '../log/stream-begin.ts'
import type { RouteParts } from './parts.ts'

/** The door of a socket: creates the session, renews it, and says where its stream begins. */
export const openSessionRoute = ({ pool, inSession, models, settings }: RouteParts): RouteHandler =>
  handle(openSession, async ({ params, body, userId }) => {
    const sessionId = params.id
    const language = body.language === undefined ? undefined : languageOf(body.language)
    const [expired, list] = await Promise.all([
      inSession({ sessionId, userId, create: true, language }, async ({ head, now }) => {
        const over = isExpired(head.lastActivityAt, now, settings.sessionTtlMs)
        if (!over) head.lastActivityAt = now
        return over
      }),
      models().catch(() => undefined),
    ])
    const opening = await readOpening(pool, sessionId)
    return {
      ...opening.session,
      expired,
      ...streamBegin(opening.log, body.after),
      models: list?.models.map(({ id }) => id) ?? [],
    }
  })
