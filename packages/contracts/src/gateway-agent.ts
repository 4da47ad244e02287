import { z } from 'zod'
import {
  cancelJob,
  changeSession,
  deleteSession,
  listApprovals,
  listJobs,
  listMessages,
  listModels,
  listSessions,
  readJob,
  readSession,
  readUsage,
  startJob,
} from './client-gateway.ts'
import type { FailureCode } from './errors.ts'
import {
  Decision,
  editArguments,
  editHasArguments,
  exactlyOneOutcome,
  FileChange,
  limits,
  oneOutcome,
  SessionState,
  ToolCallFrame,
  ToolOutcome,
} from './frames.ts'
import { Id } from './ids.ts'
import { route, type Route } from './route.ts'
import { Message } from './sessions.ts'

/** Headers of every internal call besides `Authorization: Bearer $INTERNAL_SERVICE_TOKEN`. */
export const internalHeaders = {
  /** The calling service. */
  service: 'x-service-name',
  /** The person; absent means that the service itself asks, which may read any session. */
  user: 'x-user-id',
  /** The socket on whose behalf the call is made; claims belong to it. */
  connection: 'x-connection-id',
  request: 'x-request-id',
} as const

const SessionParams = z.object({ id: Id })
const OfSession = z.object({ session_id: Id })
const always = ['unavailable', 'internal'] as const
const mine = ['forbidden', 'not_found', ...always] as const

/**
 * Creates the session at its first use and says where a stream has to begin.
 * Without `after`: at the running turn's start or the oldest call that waits for a client, else after the last frame. 403: another user's. `expired`: read-only from now on.
 */
export const openSession = route({
  method: 'put',
  path: '/api/v1/sessions/:id',
  summary: 'Open or create a session and learn where its stream begins.',
  access: 'service',
  params: SessionParams,
  body: z.object({
    after: z.number().int().min(0).optional(),
    /** The agent remembers it as the language of its own texts. */
    language: z.string().max(256).optional(),
  }),
  status: 200,
  reply: z.object({
    user_id: Id,
    created_at: z.iso.datetime(),
    last_activity_at: z.iso.datetime(),
    expired: z.boolean(),
    last_seq: z.number().int().min(0),
    /** The cursor to give to the stream: the first frame sent is `stream_after + 1`. */
    stream_after: z.number().int().min(0),
    /** False when `after` is older than what is kept, or ahead of the log. */
    resumed: z.boolean(),
    state: SessionState,
    pending_approvals: z.array(ToolCallFrame),
    models: z.array(z.string()),
  }),
  fails: ['invalid_request', 'forbidden', ...always],
})

export const chatMessage = route({
  method: 'post',
  path: '/api/v1/chat/message',
  summary: "Store a person's message and queue its turn; answered after the commit.",
  access: 'service',
  body: OfSession.extend({
    message: z.string().min(1).max(limits.message_chars),
    role: z.literal('user').optional(),
    message_id: Id.optional(),
    model: z.string().min(1).max(256).optional(),
    replaces: Id.optional(),
  }),
  status: 202,
  reply: z.object({ message_id: Id, seq: z.number().int() }),
  fails: ['invalid_request', 'conflict', ...mine],
})

/** Server-sent events: `id: <seq>`, `data: <frame>`; live frames (`status`, `error`) come without an id. */
export const chatStream = route({
  method: 'get',
  path: '/api/v1/chat/stream/:id',
  summary:
    'Frames of a session after a cursor, then new ones; without a cursor the latest turn, ending with it.',
  access: 'service',
  params: SessionParams,
  query: z.object({ after: z.coerce.number().int().min(0).optional() }),
  status: 200,
  fails: ['invalid_request', ...mine],
})

export const chatCancel = route({
  method: 'post',
  path: '/api/v1/chat/cancel',
  summary: 'Stop the running turn; harmless when none runs.',
  access: 'service',
  body: OfSession,
  status: 202,
  reply: z.object({ cancelled: z.boolean() }),
  fails: ['invalid_request', ...mine],
})

export const executeTool = route({
  method: 'post',
  path: '/api/v1/tools/execute',
  summary:
    "Ask for a tool outside a model's turn, through the same validation, policy and approval.",
  access: 'service',
  body: OfSession.extend({
    call_id: Id,
    tool_name: z.string().min(1).max(64),
    arguments: z.record(z.string(), z.unknown()),
  }),
  status: 202,
  reply: z.object({ call_id: Id, requires_approval: z.boolean() }),
  fails: ['invalid_request', 'conflict', 'unprocessable', ...mine],
})

export const claimTool = route({
  method: 'post',
  path: '/api/v1/tools/claim',
  summary:
    'Take a tool call for execution by one socket; a claim ends 30 s after its socket has gone.',
  access: 'service',
  body: OfSession.extend({ call_id: Id }),
  status: 200,
  reply: z.object({ call_id: Id }),
  fails: ['invalid_request', 'conflict', ...mine],
})

export const toolResult = route({
  method: 'post',
  path: '/api/v1/tools/result',
  summary: 'Deliver the result of a tool call; a second one is a conflict and changes nothing.',
  access: 'service',
  body: ToolOutcome.extend({ session_id: Id, call_id: Id }).refine(exactlyOneOutcome, oneOutcome),
  status: 202,
  reply: z.object({ call_id: Id }),
  fails: ['invalid_request', 'conflict', 'payload_too_large', ...mine],
})

export const toolDecision = route({
  method: 'post',
  path: '/api/v1/tools/decision',
  summary:
    'Approve, edit or reject a waiting tool call; edited arguments are validated and judged again.',
  access: 'service',
  body: Decision.extend({ session_id: Id, call_id: Id }).refine(editHasArguments, editArguments),
  status: 202,
  reply: z.object({ call_id: Id }),
  fails: ['invalid_request', 'conflict', ...mine],
})

export const fileChanged = route({
  method: 'post',
  path: '/api/v1/files/changed',
  summary:
    'Add the system message `File {path} was modified by user` to the context and tell open conversations.',
  access: 'service',
  body: FileChange.extend({ session_id: Id }),
  status: 202,
  reply: z.object({ seq: z.number().int() }),
  fails: ['invalid_request', ...mine],
})

export const sessionMessages = route({
  method: 'get',
  path: '/api/v1/session/:id/messages',
  summary: 'The last messages of a session (50 by default), oldest first.',
  access: 'service',
  params: SessionParams,
  status: 200,
  reply: z.array(Message),
  fails: ['invalid_request', ...mine],
})

/** What only a person's own request can fail with. */
const personsOwn = new Set<FailureCode>(['unauthorized', 'token_expired', 'rate_limited'])

/** A route of the gateway's that the agent answers in the same shape, for a person whom the gateway names. */
const behind = <
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType,
>(
  of: Route<Params, Query, Body, Reply>,
): Route<Params, Query, Body, Reply> =>
  route({
    ...of,
    access: 'service',
    fails: [...of.fails.filter((code) => !personsOwn.has(code)), 'forbidden'],
  })

export const agentSessions = behind(listSessions)
export const agentSession = behind(readSession)
export const changeAgentSession = behind(changeSession)
export const deleteAgentSession = behind(deleteSession)
export const agentMessages = behind(listMessages)
export const agentApprovals = behind(listApprovals)
export const agentUsage = behind(readUsage)
export const agentModels = behind(listModels)
export const startAgentJob = behind(startJob)
export const agentJobs = behind(listJobs)
export const agentJob = behind(readJob)
export const cancelAgentJob = behind(cancelJob)

/** What the agent answers at `/health`, open; the gateway builds its own answer from it. */
export const AgentHealth = z.object({
  status: z.enum(['healthy', 'unhealthy']),
  checks: z.object({
    agent_runtime: z.boolean(),
    llm_proxy: z.boolean(),
    postgres: z.boolean(),
    redis: z.boolean(),
  }),
})
export type AgentHealth = z.infer<typeof AgentHealth>
