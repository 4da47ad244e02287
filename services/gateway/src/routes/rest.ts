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

/** Files that are given to be indexed come in the body. */
const maxJobBodyBytes = 32 * 1_048_576

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

  /** What begins work of a model counts against the session and its person. */
  const consume = (userId: string, sessionId: string) =>
    Promise.all([limiters.session.consume(`${userId}:${sessionId}`), limiters.user.consume(userId)])

  return [
    handle(publicRoutes.postMessage, async ({ body, ctx, userId }) => {
      const { session_id, message, id, model } = body
      await consume(String(userId), session_id)
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
    handle(
      publicRoutes.startJob,
      async ({ body, ctx, userId }) => {
        await consume(String(userId), body.session_id)
        const job = await callFor(ctx)(agentRoutes.startAgentJob, { body })
        await store.renew(body.session_id)
        return job
      },
      { maxBodyBytes: maxJobBodyBytes },
    ),
    handle(publicRoutes.listJobs, ({ query, ctx }) =>
      callFor(ctx)(agentRoutes.agentJobs, { query }),
    ),
    handle(publicRoutes.readJob, ({ params, ctx }) =>
      callFor(ctx)(agentRoutes.agentJob, { params }),
    ),
    handle(publicRoutes.cancelJob, ({ params, ctx }) =>
      callFor(ctx)(agentRoutes.cancelAgentJob, { params }),
    ),
  ]
}
