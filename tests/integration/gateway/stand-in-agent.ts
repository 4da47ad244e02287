import Router from '@koa/router'
import type { Context } from 'koa'
import type { FailureCode } from '@codelab/contracts/errors'
import * as routes from '@codelab/contracts/gateway-agent'
import { createApp } from '@codelab/runtime/app'
import { Failure } from '@codelab/runtime/failure'
import { handle, mountRoutes, type RouteHandler } from '@codelab/runtime/handle'
import { requireService } from '@codelab/runtime/internal-token'
import { createLog } from '@codelab/runtime/log'
import { createMetrics } from '@codelab/runtime/metrics'
import { listen } from '@codelab/runtime/serve'
import { openEventStream, type EventStream } from '@codelab/runtime/sse'
import { createTracing } from '@codelab/runtime/tracing'
import { jobHandlers } from './stand-in-jobs.ts'

export const internalToken = 'an-internal-token-for-tests'

type Frame = Record<string, unknown>
type Session = {
  owner: string
  createdAt: string
  expired: boolean
  log: Frame[]
  readers: Set<{ stream: EventStream; wake: () => void; extra: string[] }>
}
export type Recorded = { route: string; headers: Context['headers']; body: unknown }
export type StandInAgent = Awaited<ReturnType<typeof startAgent>>

/** The agent as gateway-agent.ts describes it, in memory, with handles to make it fail. */
export async function startAgent({ port = 0 }: { port?: number } = {}) {
  const sessions = new Map<string, Session>()
  const recorded: Recorded[] = []
  const failing = new Map<string, FailureCode[]>()
  const held = new Map<string, Promise<void>>()
  const claims = new Set<string>()
  let health = { agent_runtime: true, llm_proxy: true, postgres: true, redis: true }
  let openStreams = 0

  const sessionOf = (id: string, userId: string | undefined): Session => {
    const session = sessions.get(id) ?? create(id, userId ?? 'nobody')
    if (userId !== undefined && session.owner !== userId) throw new Failure('forbidden')
    return session
  }
  const create = (id: string, owner: string): Session => {
    const session: Session = {
      owner,
      createdAt: new Date().toISOString(),
      expired: false,
      log: [],
      readers: new Set(),
    }
    sessions.set(id, session)
    return session
  }
  const append = (id: string, frame: Frame): number => {
    const session = sessionOf(id, undefined)
    session.log.push({ ...frame, seq: session.log.length + 1 })
    for (const reader of session.readers) reader.wake()
    return session.log.length
  }
  const known = (id: string, ctx: Context): Session => {
    if (!sessions.has(id)) throw new Failure('not_found')
    return sessionOf(id, ctx.state['userId'] as string | undefined)
  }

  const stream = async (ctx: Context, session: Session, after: number) => {
    const events = openEventStream(ctx, { keepAliveMs: 1_000 })
    openStreams += 1
    let wake = () => {}
    const reader = { stream: events, wake: () => wake(), extra: [] as string[] }
    session.readers.add(reader)
    events.signal.addEventListener('abort', () => {
      session.readers.delete(reader)
      openStreams -= 1
      wake()
    })
    let next = after
    void (async () => {
      while (!events.signal.aborted) {
        const frame = session.log[next]
        if (frame) {
          next += 1
          await events.send({ id: String(frame['seq']), data: JSON.stringify(frame) })
        } else if (reader.extra.length > 0) await events.send({ data: reader.extra.shift()! })
        else await new Promise<void>((resolve) => void (wake = resolve))
      }
    })()
  }

  const view = (id: string, session: Session) => ({
    id,
    title: null,
    archived: false,
    state: 'idle' as const,
    last_seq: session.log.length,
    pending_approvals: 0,
    created_at: session.createdAt,
    last_activity_at: session.createdAt,
  })

  const handlers: RouteHandler[] = [
    ...jobHandlers(sessionOf),
    handle(routes.openSession, async ({ params, body, userId }) => {
      const session = sessionOf(params.id, userId)
      const last = session.log.length
      return {
        user_id: session.owner,
        created_at: session.createdAt,
        last_activity_at: session.createdAt,
        expired: session.expired,
        last_seq: last,
        stream_after: Math.min(body.after ?? last, last),
        resumed: body.after !== undefined && body.after <= last,
        state: 'idle' as const,
        pending_approvals: [],
        models: ['codelab-demo'],
      }
    }),
    handle(routes.chatMessage, async ({ body, userId }) => {
      const session = sessionOf(body.session_id, userId)
      const id = body.message_id ?? `m-${session.log.length + 1}`
      const seq = append(body.session_id, { type: 'user_message', id, content: body.message })
      return { message_id: id, seq }
    }),
    handle(routes.chatStream, async ({ params, query, ctx }) => {
      await stream(ctx, known(params.id, ctx), query.after ?? 0)
      return undefined
    }),
    handle(routes.chatCancel, async () => ({ cancelled: true })),
    handle(routes.claimTool, async ({ body }) => {
      if (body.call_id === 'unknown-call') throw new Failure('not_found')
      if (claims.has(body.call_id)) throw new Failure('conflict')
      claims.add(body.call_id)
      return { call_id: body.call_id }
    }),
    handle(routes.toolResult, async ({ body }) => ({ call_id: body.call_id }), {
      maxBodyBytes: 4_194_304,
    }),
    handle(routes.toolDecision, async ({ body }) => {
      if (body.decision === 'edit') {
        throw new Failure('invalid_request', {
          message: 'path: must stay inside the project folder',
          field: 'modified_arguments.path',
        })
      }
      return { call_id: body.call_id }
    }),
    handle(routes.fileChanged, async ({ body }) => ({
      seq: append(body.session_id, {
        type: 'file_changed',
        path: body.path,
        timestamp: body.timestamp,
      }),
    })),
    handle(routes.agentSessions, async ({ userId }) => ({
      items: [...sessions]
        .filter(([, session]) => session.owner === userId)
        .map(([id, session]) => view(id, session)),
    })),
    handle(routes.agentSession, async ({ params, ctx }) => view(params.id, known(params.id, ctx))),
    handle(routes.changeAgentSession, async ({ params, body, ctx }) => ({
      ...view(params.id, known(params.id, ctx)),
      ...(body.title !== undefined && { title: body.title }),
      ...(body.archived !== undefined && { archived: body.archived }),
    })),
    handle(routes.deleteAgentSession, async ({ params, ctx }) => {
      const session = known(params.id, ctx)
      sessions.delete(params.id)
      for (const { stream: events } of session.readers) events.end()
    }),
    handle(routes.agentMessages, async ({ params, ctx }) => {
      known(params.id, ctx)
      return { items: [] }
    }),
    handle(routes.agentModels, async () => ({ models: [], default: 'codelab-demo' })),
    handle(routes.agentApprovals, async () => ({ items: [] })),
    handle(routes.agentUsage, async () => ({ items: [] })),
  ]

  const log = createLog({ service: 'agent', level: 'silent' })
  const metrics = createMetrics('agent', { processMetrics: false })
  const app = createApp({
    log,
    metrics,
    tracing: createTracing({ service: 'agent', log }),
    trustIds: true,
  })
  const open = new Router()
  open.get('/health', (ctx) => {
    const healthy = Object.values(health).every(Boolean)
    ctx.status = healthy ? 200 : 503
    ctx.body = { status: healthy ? 'healthy' : 'unhealthy', checks: health }
  })
  const router = new Router()
  router.use(requireService(internalToken))
  const observed = handlers.map(({ route, respond }) => ({
    route,
    async respond(ctx: Context) {
      const name = `${route.method} ${route.path}`
      const entry: Recorded = { route: name, headers: ctx.headers, body: undefined }
      recorded.push(entry)
      await held.get(name)
      const code = failing.get(name)?.shift()
      if (code) throw new Failure(code, { message: `the agent says ${code}` })
      await respond(ctx)
    },
  }))
  mountRoutes(router, observed)
  app.use(open.routes())
  app.use(router.routes())
  const listening = await listen(app.callback(), { host: '127.0.0.1', port })

  return {
    url: listening.url,
    sessions,
    append,
    create,
    recorded,
    openStreams: () => openStreams,
    setHealth: (checks: Partial<typeof health>) => void (health = { ...health, ...checks }),
    /** The next calls of a route, `put /api/v1/…`, fail with these codes. */
    fail: (route: string, ...codes: FailureCode[]) => void failing.set(route, codes),
    /** Calls of a route wait until the returned function is called. */
    hold(route: string): () => void {
      const { promise, resolve } = Promise.withResolvers<void>()
      held.set(route, promise)
      return () => {
        held.delete(route)
        resolve()
      }
    },
    /** Sends a frame without a seq to the open streams. */
    sendLive(id: string, frame: Frame) {
      for (const reader of sessions.get(id)?.readers ?? []) {
        reader.extra.push(JSON.stringify(frame))
        reader.wake()
      }
    },
    /** Cuts the connections of all open streams. */
    breakStreams: () => listening.server.closeAllConnections(),
    close: () => listening.close(0),
  }
}
