import { z } from 'zod'
import { ModelList, Usage } from '../agent-llm.ts'
import { limits, MessageFinish, SessionState } from '../frames.ts'
import { Id, page } from '../ids.ts'
import { route } from '../route.ts'
import { MessagePage, MessagesQuery, Session, SessionChange } from '../sessions.ts'
import { Problem } from './failures.ts'

/** What every call that asks the workspace can answer. */
export const serverFailures = [
  'unauthorized',
  'rate_limited',
  'upstream_failed',
  'unavailable',
  'upstream_timeout',
  'internal',
] as const

export const SessionParams = z.object({ session: Id })

/** A session as the list shows it. */
export const SessionItem = Session.extend({
  /** Something came since it was last looked at on this machine. */
  unread: z.boolean(),
  /** A call of it waits for a decision, of the workspace's rules or of this machine's. */
  waiting: z.boolean(),
  /** The project on this machine where its tools run; absent: they run nowhere here. */
  project: z.object({ id: Id, name: z.string(), path: z.string() }).optional(),
  /** Its conversation is open in this engine. */
  open: z.boolean(),
})
export type SessionItem = z.infer<typeof SessionItem>

export const SessionItems = page(SessionItem)

export const listSessions = route({
  method: 'get',
  path: '/api/v1/sessions',
  summary: 'Sessions, newest activity first; `q` looks in titles.',
  access: 'page',
  query: z.object({
    q: z.string().max(200).optional(),
    archived: z.enum(['true', 'false']).optional(),
    /** Only those whose tools run in this project. */
    project: Id.optional(),
    cursor: z.string().max(256).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  status: 200,
  reply: SessionItems,
  fails: ['invalid_request', ...serverFailures],
})

export const changeSession = route({
  method: 'patch',
  path: '/api/v1/sessions/:session',
  summary: 'Rename or archive a session.',
  access: 'page',
  params: SessionParams,
  body: SessionChange,
  status: 200,
  reply: SessionItem,
  fails: ['invalid_request', 'not_found', ...serverFailures],
})

export const deleteSession = route({
  method: 'delete',
  path: '/api/v1/sessions/:session',
  summary: 'Delete a session with its messages; its conversation here is closed.',
  access: 'page',
  params: SessionParams,
  status: 204,
  fails: ['invalid_request', 'not_found', ...serverFailures],
})

export const markSeen = route({
  method: 'post',
  path: '/api/v1/sessions/:session/seen',
  summary: 'The person has seen the session up to this `seq`: it is no longer unread.',
  access: 'page',
  params: SessionParams,
  body: z.strictObject({ seq: z.number().int().min(0) }),
  status: 204,
  fails: ['invalid_request', 'internal'],
})

export const listMessages = route({
  method: 'get',
  path: '/api/v1/sessions/:session/messages',
  summary:
    'Stored messages, oldest first within a page; `next_cursor` is the `before` of the page of older ones.',
  access: 'page',
  params: SessionParams,
  query: MessagesQuery,
  status: 200,
  reply: MessagePage,
  fails: ['invalid_request', 'not_found', ...serverFailures],
})

/** Most characters in one part of a call's result. */
export const maxResultPart = 16_384

/** A piece of what a tool call answered. */
export const CallResultPart = z.object({
  /** `data`: no text, laid out for reading, the fields of an object each by its name; `error`: the tool's failure, or why it was not run. */
  kind: z.enum(['text', 'data', 'error']),
  text: z.string(),
  /** Where `text` begins, and the length of the whole, both in UTF-16 units. */
  offset: z.number().int(),
  total: z.number().int(),
  /** The `offset` of the next part; absent at the end. */
  next_offset: z.number().int().optional(),
})
export type CallResultPart = z.infer<typeof CallResultPart>

export const readCallResult = route({
  method: 'get',
  path: '/api/v1/sessions/:session/calls/:call/result',
  summary:
    'What a tool call answered, a part at a time: as this machine kept it, else as the workspace stored it for the model.',
  access: 'page',
  params: SessionParams.extend({ call: Id }),
  query: z.object({
    offset: z.coerce.number().int().min(0).default(0),
    /** A message that came after the call: the search in the stored messages goes back from there. */
    before: Id.optional(),
  }),
  status: 200,
  reply: CallResultPart,
  fails: ['invalid_request', 'not_found', ...serverFailures],
})

export const listModels = route({
  method: 'get',
  path: '/api/v1/models',
  summary: 'The models of the workspace.',
  access: 'page',
  status: 200,
  reply: ModelList,
  fails: [...serverFailures],
})

/** How a conversation is connected to the workspace. What is typed meanwhile is kept by the page, what is sent by the engine. */
export const ConversationConnection = z.discriminatedUnion('state', [
  z.object({ state: z.literal('connecting') }),
  z.object({ state: z.literal('open') }),
  z.object({
    state: z.literal('waiting'),
    /** Until the next try. */
    retry_in_ms: z.number(),
    problem: Problem,
  }),
  /** The session is over: go on in a new one. */
  z.object({ state: z.literal('expired') }),
  /** It will not connect again; `problem` absent: it was closed here. */
  z.object({ state: z.literal('ended'), problem: Problem.optional() }),
])
export type ConversationConnection = z.infer<typeof ConversationConnection>

/** An item of a conversation: the form that the engine's reducer (`@codelab/engine/conversation/reduce`) works on. */
export const ConversationItem = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('message'),
    id: Id,
    role: z.enum(['user', 'assistant']),
    text: z.string(),
    complete: z.boolean(),
    finish: MessageFinish.optional(),
    model: z.string().optional(),
    usage: Usage.optional(),
  }),
  z.object({
    kind: z.literal('call'),
    callId: Id,
    tool: z.string(),
    arguments: z.record(z.string(), z.unknown()),
    state: z.enum([
      'waiting_approval',
      'ready',
      'executed',
      'failed',
      'rejected',
      'cancelled',
      'expired',
      'unknown',
    ]),
    reason: z.string().optional(),
    expiresAt: z.string().optional(),
    by: z.string().optional(),
  }),
  z.object({ kind: z.literal('error'), code: z.string(), message: z.string() }),
])
export type ConversationItem = z.infer<typeof ConversationItem>

/** An open conversation. Start the reducer with it, then apply the frames of events whose `n` is above `cursor`. */
export const OpenedConversation = z.object({
  session_id: Id,
  /** The number of the last event that is in this picture. */
  cursor: z.number().int(),
  /** True: this engine runs the session's tools in `project`. False: it looks on and decides. */
  executes: z.boolean(),
  /** The folder where the session's tools run on this machine, also when this engine does not run them. */
  bound_to: z.string().optional(),
  connection: ConversationConnection,
  items: z.array(ConversationItem),
  activity: SessionState,
  turn: z
    .object({ id: Id, state: z.enum(['started', 'finished', 'cancelled', 'failed']) })
    .optional(),
  models: z.array(z.string()),
  /** Older messages: the `before` for `listMessages`. Absent: these are all. */
  older: Id.optional(),
  /** Sent here and not yet stored by the workspace. */
  unsent: z.array(z.object({ id: Id, content: z.string() })),
})
export type OpenedConversation = z.infer<typeof OpenedConversation>

export const openConversation = route({
  method: 'post',
  path: '/api/v1/conversations',
  summary:
    'Opens a session, or begins one in a project. A session runs its tools in the folder where it began; `move_here` moves it to this project.',
  access: 'page',
  body: z.strictObject({
    /** Absent: a new session. */
    session_id: Id.optional(),
    /** Needed for a new session; for another one, where to look on from when it is bound to no folder here. */
    project: Id.optional(),
    move_here: z.boolean().optional(),
  }),
  status: 200,
  reply: OpenedConversation,
  fails: ['invalid_request', 'not_found', 'conflict', ...serverFailures],
})

export const closeConversation = route({
  method: 'delete',
  path: '/api/v1/conversations/:session',
  summary:
    'Closes a conversation for every page of this engine: its tools run here no more. Harmless when it is closed.',
  access: 'page',
  params: SessionParams,
  status: 204,
  fails: ['invalid_request', 'internal'],
})

export const reconnect = route({
  method: 'post',
  path: '/api/v1/conversations/:session/reconnect',
  summary: 'Tries the connection now instead of after the pause; harmless when none waits.',
  access: 'page',
  params: SessionParams,
  status: 204,
  fails: ['invalid_request', 'not_found', 'internal'],
})

export const sendMessage = route({
  method: 'post',
  path: '/api/v1/conversations/:session/messages',
  summary:
    'Sends a message; the engine keeps it until the workspace has stored it. A conversation that has ended is opened anew for it. `replaces`: this message and what followed leave the conversation (edit and resend).',
  access: 'page',
  params: SessionParams,
  body: z.strictObject({
    /** Made by the page: the same id twice is one message. */
    id: Id,
    content: z.string().min(1).max(limits.message_chars),
    model: z.string().min(1).max(256).optional(),
    replaces: Id.optional(),
  }),
  status: 202,
  /** `stored` false: not within two seconds; the echo frame with this id, or a `message_failed` event, follows. */
  reply: z.object({ message_id: Id, stored: z.boolean() }),
  fails: ['invalid_request', 'not_found', 'conflict', 'payload_too_large', ...serverFailures],
})

export const cancelTurn = route({
  method: 'post',
  path: '/api/v1/conversations/:session/cancel',
  summary: 'Stops the running turn; harmless when none runs. The `turn` frame tells the end.',
  access: 'page',
  params: SessionParams,
  status: 204,
  fails: ['invalid_request', 'not_found', 'internal'],
})
