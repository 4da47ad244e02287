import { z } from 'zod'
import { ModelList } from './agent-llm.ts'
import { limits } from './frames.ts'
import { Id, PageQuery } from './ids.ts'
import { Job, JobPage, JobsQuery, NewJob } from './jobs.ts'
import { route } from './route.ts'
import {
  ApprovalPage,
  MessagePage,
  MessagesQuery,
  Session,
  SessionChange,
  SessionPage,
  SessionsQuery,
  UsagePage,
  UsageQuery,
} from './sessions.ts'

const SessionParams = z.object({ id: Id })
const always = ['unauthorized', 'token_expired', 'rate_limited', 'unavailable', 'internal'] as const

export const postMessage = route({
  method: 'post',
  path: '/api/v1/message',
  summary:
    'Send a message into a session; the answer is read from the socket or from the messages.',
  access: 'user',
  body: z.object({
    session_id: Id,
    message: z.string().min(1).max(limits.message_chars),
    id: Id.optional(),
    model: z.string().min(1).max(256).optional(),
  }),
  status: 200,
  reply: z.object({ message_id: Id, session_id: Id }),
  fails: [
    'invalid_request',
    'not_found',
    'conflict',
    'payload_too_large',
    'unsupported_media_type',
    ...always,
  ],
})

export const listSessions = route({
  method: 'get',
  path: '/api/v1/sessions',
  summary: "The caller's sessions, newest activity first.",
  access: 'user',
  query: SessionsQuery,
  status: 200,
  reply: SessionPage,
  fails: ['invalid_request', ...always],
})

export const readSession = route({
  method: 'get',
  path: '/api/v1/sessions/:id',
  summary: 'One session.',
  access: 'user',
  params: SessionParams,
  status: 200,
  reply: Session,
  fails: ['invalid_request', 'not_found', ...always],
})

export const changeSession = route({
  method: 'patch',
  path: '/api/v1/sessions/:id',
  summary: 'Rename or archive a session.',
  access: 'user',
  params: SessionParams,
  body: SessionChange,
  status: 200,
  reply: Session,
  fails: ['invalid_request', 'not_found', ...always],
})

export const deleteSession = route({
  method: 'delete',
  path: '/api/v1/sessions/:id',
  summary: 'Delete a session with its messages; a running turn is cancelled first.',
  access: 'user',
  params: SessionParams,
  status: 204,
  fails: ['invalid_request', 'not_found', ...always],
})

export const listMessages = route({
  method: 'get',
  path: '/api/v1/sessions/:id/messages',
  summary:
    'Messages of a session, oldest first within a page; `next_cursor` is the `before` of the page of older ones.',
  access: 'user',
  params: SessionParams,
  query: MessagesQuery,
  status: 200,
  reply: MessagePage,
  fails: ['invalid_request', 'not_found', ...always],
})

export const listModels = route({
  method: 'get',
  path: '/api/v1/models',
  summary: 'The models of this workspace.',
  access: 'user',
  status: 200,
  reply: ModelList,
  fails: [...always],
})

export const listApprovals = route({
  method: 'get',
  path: '/api/v1/approvals',
  summary: "Tool calls of the caller's sessions that wait for a decision, oldest first.",
  access: 'user',
  query: PageQuery,
  status: 200,
  reply: ApprovalPage,
  fails: ['invalid_request', ...always],
})

export const readUsage = route({
  method: 'get',
  path: '/api/v1/usage',
  summary:
    "The caller's tokens per day and model, newest day first; of all conversations, or of one.",
  access: 'user',
  query: UsageQuery,
  status: 200,
  reply: UsagePage,
  fails: ['invalid_request', ...always],
})

const JobParams = z.object({ id: Id })

export const startJob = route({
  method: 'post',
  path: '/api/v1/jobs',
  summary: 'Start long work in the background, now, at an instant, or again and again.',
  access: 'user',
  body: NewJob,
  status: 202,
  reply: Job,
  fails: [
    'invalid_request',
    'not_found',
    'conflict',
    'payload_too_large',
    'unsupported_media_type',
    ...always,
  ],
})

export const listJobs = route({
  method: 'get',
  path: '/api/v1/jobs',
  summary: "The caller's jobs, newest first.",
  access: 'user',
  query: JobsQuery,
  status: 200,
  reply: JobPage,
  fails: ['invalid_request', ...always],
})

export const readJob = route({
  method: 'get',
  path: '/api/v1/jobs/:id',
  summary: 'One job, with its result once it has ended.',
  access: 'user',
  params: JobParams,
  status: 200,
  reply: Job,
  fails: ['invalid_request', 'not_found', ...always],
})

export const cancelJob = route({
  method: 'post',
  path: '/api/v1/jobs/:id/cancel',
  summary:
    'Stop a job and, when it is a run of a schedule, the schedule; harmless when it has ended.',
  access: 'user',
  params: JobParams,
  status: 202,
  reply: Job,
  fails: ['invalid_request', 'not_found', ...always],
})

/** 200 when all five are true, else 503 with `unhealthy`. */
export const Health = z.object({
  status: z.enum(['healthy', 'unhealthy']),
  checks: z.object({
    gateway: z.boolean(),
    agent_runtime: z.boolean(),
    llm_proxy: z.boolean(),
    postgres: z.boolean(),
    redis: z.boolean(),
  }),
})
export type Health = z.infer<typeof Health>

/** Paths of the gateway that auth answers; `/v1` goes to llm-proxy. */
export const authPrefixes = [
  '/oauth',
  '/sign-in',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/.well-known/jwks.json',
] as const

/** RFC 9728. */
export const ProtectedResource = z.object({
  resource: z.string(),
  authorization_servers: z.array(z.string()),
  jwks_uri: z.string(),
  scopes_supported: z.array(z.string()),
  bearer_methods_supported: z.array(z.string()),
})
