import { z } from 'zod'
import { Usage } from './agent-llm.ts'
import { MessageFinish, SessionState, ToolCallFrame } from './frames.ts'
import { Id, page, PageQuery, Timestamp } from './ids.ts'

/** One conversation as lists show it. */
export const Session = z.object({
  id: Id,
  title: z.string().nullable(),
  archived: z.boolean(),
  state: SessionState,
  last_seq: z.number().int(),
  pending_approvals: z.number().int(),
  created_at: Timestamp,
  last_activity_at: Timestamp,
})
export type Session = z.infer<typeof Session>

export const SessionPage = page(Session)
export const SessionChange = z.object({
  title: z.string().max(200).nullable().optional(),
  archived: z.boolean().optional(),
})
export const SessionsQuery = PageQuery.extend({
  archived: z.enum(['true', 'false']).optional(),
})

const StoredToolCall = z.object({
  call_id: Id,
  tool_name: z.string(),
  arguments: z.record(z.string(), z.unknown()),
})

/** A stored message. `tool` messages answer one `call_id`; `replaced` ones are out of the context. */
export const Message = z.object({
  id: Id,
  role: z.enum(['user', 'assistant', 'tool', 'system']),
  content: z.string(),
  created_at: Timestamp,
  turn_id: Id.optional(),
  call_id: Id.optional(),
  tool_calls: z.array(StoredToolCall).optional(),
  model: z.string().optional(),
  finish_reason: MessageFinish.optional(),
  usage: Usage.optional(),
  replaced: z.boolean().optional(),
})
export type Message = z.infer<typeof Message>

export const MessagePage = page(Message)
export const MessagesQuery = z.object({
  /** Message id: the page ends just before it. */
  before: Id.optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
})

/** A tool call that waits for a person, with the session it belongs to. */
export const PendingApproval = ToolCallFrame.omit({ type: true, seq: true }).extend({
  session_id: Id,
  created_at: Timestamp,
})
export const ApprovalPage = page(PendingApproval)

/** Tokens of one user, day (UTC) and model. */
export const UsageRow = z.object({
  day: z.iso.date(),
  model: z.string(),
  provider: z.string(),
  requests: z.number().int(),
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  cached_tokens: z.number().int(),
})
export const UsagePage = page(UsageRow)
/** The calendar of RFC 3339 has a year 0, that of PostgreSQL has none. */
const Day = z.iso
  .date()
  .refine((day) => !day.startsWith('0000'), 'must be a day from 0001-01-01 on')
export const UsageQuery = PageQuery.extend({
  from: Day.optional(),
  to: Day.optional(),
  /** Of this conversation alone. */
  session_id: Id.optional(),
})
