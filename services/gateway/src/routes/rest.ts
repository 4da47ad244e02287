import type { Context } from 'koa'
import * as agentRoutes from '@codelab/contracts/gateway-agent'
import * as publicRoutes from '@codelab/contracts/client-gateway'
import { Failure } from '@codelab/runtime/failure'
import { handle, type RouteHandler } from '@codelab/runtime/handle'
import type { Agent, AgentCalls } from '../clients/agent.ts'
import { passedLanguage } from '../clients/language.ts'
import type { Limiter } from '../limits/limiter.ts'
import type { SessionStore } from '../sessions/session-store.ts'

/** Another user's session does not exist for the caller. */
const hideForeign = (error: unknown): never => {
  if (error instanceof Failure && error.code === 'forbidden') throw new Failure('not_found')
  throw error
}

/** Every REST route and the call of the agent that answers it. */
export function restHandlers({
  agent,
  store,
  limiters,
}: {
  agent: Agent
  store: SessionStore
  limiters: { readonly session: Limiter; readonly user: Limiter }
}): RouteHandler[] {
  const callFor = (ctx: Context): AgentCalls['call'] => {
    const userId = String(ctx.state['userId'])
    const language = passedLanguage(ctx.get('accept-language'))
    const { call } = agent.for({ userId, language })
    return (route, input) => call(route, input).catch(hideForeign)
  }

  return [
    handle(publicRoutes.postMessage, async ({ body, ctx, userId }) => {
      const { session_id, message, id, model } = body
      await Promise.all([
        limiters.session.consume(`${userId}:${session_id}`),
        limiters.user.consume(String(userId)),
      ])
      const { message_id } = await callFor(ctx)(agentRoutes.chatMessage, {
        body: { session_id, message, message_id: id, model },
      })
      await store.renew(session_id)
      return { message_id, session_id }
    }),
    handle(publicRoutes.listSessions, ({ query, ctx }) =>
      callFor(ctx)(agentRoutes.agentSessions, { query }),
    ),
    handle(publicRoutes.readSession, ({ params, ctx }) =>
      callFor(ctx)(agentRoutes.agentSession, { params }),
    ),
    handle(publicRoutes.changeSession, ({ params, body, ctx }) =>
      callFor(ctx)(agentRoutes.changeAgentSession, { params, body }),
    ),
    handle(publicRoutes.deleteSession, async ({ params, ctx }) => {
      await callFor(ctx)(agentRoutes.deleteAgentSession, { params })
      await store.forget(params.id)
    }),
    handle(publicRoutes.listMessages, ({ params, query, ctx }) =>
      callFor(ctx)(agentRoutes.agentMessages, { params, query }),
    ),
    handle(publicRoutes.listModels, ({ ctx }) => callFor(ctx)(agentRoutes.agentModels)),
    handle(publicRoutes.listApprovals, ({ query, ctx }) =>
      callFor(ctx)(agentRoutes.agentApprovals, { query }),
    ),
    handle(publicRoutes.readUsage, ({ query, ctx }) =>
      callFor(ctx)(agentRoutes.agentUsage, { query }),
    ),
  ]
}
