import { openSession } from '@codelab/contracts/gateway-agent'
import { handle, type RouteHandler } from '@codelab/runtime/handle'
import { readOpening, renewSession } from '../store/opening.ts'
import { isExpired } from '../turn/expiry.ts'
import { languageOf, type Language } from '../turn/language.ts'
import { streamBegin } from '../log/stream-begin.ts'
import type { RouteParts } from './parts.ts'

/** The door of a socket: creates the session, renews it, and says where its stream begins. */
export const openSessionRoute = (parts: RouteParts): RouteHandler => {
  const { pool, inSession, models, settings } = parts
  const ttlMs = settings.sessionTtlMs

  /** Answers whether the session has expired. */
  const enter = async (id: string, userId: string | undefined, language: Language | undefined) => {
    if (await renewSession(pool, { id, userId, language }, { now: parts.now(), ttlMs }))
      return false
    return inSession({ sessionId: id, userId, create: true, language }, async ({ head, now }) => {
      const over = isExpired(head.lastActivityAt, now, ttlMs)
      if (!over) head.lastActivityAt = now
      return over
    })
  }

  return handle(openSession, async ({ params, body, userId }) => {
    const language = body.language === undefined ? undefined : languageOf(body.language)
    const [expired, list] = await Promise.all([
      enter(params.id, userId, language),
      models().catch(() => undefined),
    ])
    const opening = await readOpening(pool, params.id)
    return {
      ...opening.session,
      expired,
      ...streamBegin(opening.log, body.after),
      models: list?.models.map(({ id }) => id) ?? [],
    }
  })
}
