import {
  agentApprovals,
  agentMessages,
  agentModels,
  agentSession,
  agentSessions,
  agentUsage,
  changeAgentSession,
  deleteAgentSession,
  sessionMessages,
} from '@codelab/contracts/gateway-agent'
import { Failure } from '@codelab/runtime/failure'
import { handle, type RouteHandler } from '@codelab/runtime/handle'
import { readMessages } from '../store/message-reads.ts'
import { changeSession, deleteSession } from '../store/session-changes.ts'
import { readApprovals, readSession, readSessions } from '../store/session-reads.ts'
import { readUsage } from '../store/usage-reads.ts'
import type { RouteParts } from './parts.ts'

const noSession = (id: string) =>
  new Failure('not_found', { message: `There is no session ${id}.` })

/** Lists and single sessions: what a person sees of their own, and changes in it. */
export function sessionRoutes(parts: RouteParts): RouteHandler[] {
  const { pool, orm, mayRead, forgetOwner, bus, models, historyLimit } = parts
  const sessionOf = async (id: string) => {
    const session = await readSession(pool, id)
    if (!session) throw noSession(id)
    return session
  }
  return [
    handle(agentSessions, async ({ query, userId }) =>
      readSessions(pool, {
        userId,
        cursor: query.cursor,
        limit: query.limit,
        archived: query.archived === undefined ? undefined : query.archived === 'true',
      }),
    ),
    handle(agentSession, async ({ params, userId }) => {
      await mayRead(params.id, userId)
      return sessionOf(params.id)
    }),
    handle(changeAgentSession, async ({ params, body, userId }) => {
      await mayRead(params.id, userId)
      if (!(await changeSession(orm, params.id, body))) throw noSession(params.id)
      return sessionOf(params.id)
    }),
    handle(deleteAgentSession, async ({ params, userId }) => {
      await mayRead(params.id, userId)
      await deleteSession(pool, params.id)
      await forgetOwner(params.id)
      bus.nudge(params.id)
    }),
    handle(agentMessages, async ({ params, query, userId }) => {
      await mayRead(params.id, userId)
      return readMessages(orm, params.id, {
        before: query.before,
        limit: query.limit ?? historyLimit,
      })
    }),
    handle(sessionMessages, async ({ params, userId }) => {
      await mayRead(params.id, userId)
      return (await readMessages(orm, params.id, { limit: historyLimit })).items
    }),
    handle(agentApprovals, async ({ query, userId }) => readApprovals(pool, { userId, ...query })),
    handle(agentUsage, async ({ query: { session_id: sessionId, ...query }, userId }) =>
      readUsage(pool, { userId, sessionId, ...query }),
    ),
    handle(agentModels, async () => models()),
  ]
}
