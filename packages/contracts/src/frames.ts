import { z } from 'zod'
import { Usage } from './agent-llm.ts'
import { FrameFailureCode } from './errors.ts'
import { Id, Timestamp } from './ids.ts'
import { JobState } from './job-state.ts'
import { staysInside } from './tools.ts'

/** Limits of the socket, told to the client in its first frame. */
export const limits = {
  message_chars: 100_000,
  frame_bytes: 10 * 1024 * 1024,
  result_bytes: 1024 * 1024,
} as const

const Arguments = z.record(z.string(), z.unknown())
const Seq = z.number().int().min(1)

/** A tool's result is any JSON; a string reaches the model as it is. Exactly one of `result` and `error`. */
export const ToolOutcome = z.object({
  result: z.json().optional(),
  error: z.union([z.string(), z.object({ code: z.string(), message: z.string() })]).optional(),
})
const exactlyOneOutcome = (outcome: { result?: unknown; error?: unknown }) =>
  (outcome.result === undefined) !== (outcome.error === undefined)
const oneOutcome = { message: 'give either result or error', path: ['result'] }

export const Decision = z.object({
  decision: z.enum(['approve', 'reject', 'edit']),
  modified_arguments: Arguments.optional(),
  feedback: z.string().max(10_000).optional(),
  remember: z.literal('session').optional(),
})
const editHasArguments = (decision: { decision: string; modified_arguments?: unknown }) =>
  decision.decision !== 'edit' || decision.modified_arguments !== undefined
const editArguments = { message: 'an edit needs modified_arguments', path: ['modified_arguments'] }

/** A file may be called `c:x` where colons are allowed, so only what begins like a root counts as one. */
const ChangedPath = z
  .string()
  .min(1)
  .max(4096)
  .refine((path) => !/^(?:[A-Za-z]:)?[\\/]/.test(path), 'must be relative to the project folder')
  .refine(staysInside, 'must stay inside the project folder')

export const FileChange = z.object({
  path: ChangedPath,
  timestamp: Timestamp,
  change: z.enum(['created', 'modified', 'deleted']).optional(),
})

const Role = z.literal('user')
const Content = z.string().min(1).max(limits.message_chars)

/** What a client sends. Unknown fields are dropped, never stored or passed on. */
export const clientFrames = {
  user_message: z.object({
    type: z.literal('user_message'),
    content: Content,
    id: Id.optional(),
    role: Role.optional(),
    model: z.string().min(1).max(256).optional(),
    replaces: Id.optional(),
  }),
  tool_claim: z.object({ type: z.literal('tool_claim'), call_id: Id }),
  tool_result: ToolOutcome.extend({ type: z.literal('tool_result'), call_id: Id }).refine(
    exactlyOneOutcome,
    oneOutcome,
  ),
  hitl_decision: Decision.extend({ type: z.literal('hitl_decision'), call_id: Id }).refine(
    editHasArguments,
    editArguments,
  ),
  file_changed: FileChange.extend({ type: z.literal('file_changed') }),
  authenticate: z.object({ type: z.literal('authenticate'), token: z.string().min(1).max(16_384) }),
  cancel: z.object({ type: z.literal('cancel') }),
  ack: z.object({ type: z.literal('ack'), seq: z.number().int().min(0) }),
} as const
export type ClientFrameType = keyof typeof clientFrames
export type ClientFrame = {
  [Type in ClientFrameType]: z.infer<(typeof clientFrames)[Type]>
}[ClientFrameType]

export const SessionState = z.enum(['idle', 'thinking', 'waiting_tool', 'waiting_approval'])
export type SessionState = z.infer<typeof SessionState>

/** Why an assistant message ended. */
export const MessageFinish = z.enum([
  'stop',
  'length',
  'tool_calls',
  'cancelled',
  'step_limit',
  'unavailable',
])
export type MessageFinish = z.infer<typeof MessageFinish>

export const ToolCallFrame = z.object({
  type: z.literal('tool_call'),
  seq: Seq,
  call_id: Id,
  tool_name: z.string(),
  arguments: Arguments,
  requires_approval: z.boolean(),
  reason: z.string().optional(),
  expires_at: Timestamp.optional(),
})

/** Frames of a session's log: each has a `seq`, gap-free from 1. */
export const logFrames = {
  user_message: z.object({
    type: z.literal('user_message'),
    seq: Seq,
    id: Id,
    content: z.string(),
  }),
  /** A piece of text; the final frame has an empty `token` and the whole in `content`. */
  assistant_message: z.object({
    type: z.literal('assistant_message'),
    seq: Seq,
    message_id: Id,
    token: z.string(),
    is_final: z.boolean(),
    content: z.string().optional(),
    /**
     * Of the completion that made this message. A message without one of its own (`cancelled`, `step_limit`, `unavailable`) tells what
     * the turn’s completions before it took; absent when that is not known.
     */
    usage: Usage.optional(),
    model: z.string().optional(),
    finish_reason: MessageFinish.optional(),
  }),
  message_discarded: z.object({
    type: z.literal('message_discarded'),
    seq: Seq,
    message_id: Id,
    reason: z.string(),
  }),
  tool_call: ToolCallFrame,
  tool_resolved: z.object({
    type: z.literal('tool_resolved'),
    seq: Seq,
    call_id: Id,
    outcome: z.enum(['executed', 'failed', 'rejected', 'cancelled', 'expired', 'unknown']),
    by: z.string().optional(),
  }),
  file_changed: FileChange.extend({ type: z.literal('file_changed'), seq: Seq }),
  turn: z.object({
    type: z.literal('turn'),
    seq: Seq,
    state: z.enum(['started', 'finished', 'cancelled', 'failed']),
    turn_id: Id,
  }),
  /** Long work in the background: where it is. */
  job: z.object({
    type: z.literal('job'),
    seq: Seq,
    job_id: Id,
    kind: z.string().optional(),
    state: JobState,
    progress: z.number().min(0).max(1),
    note: z.string().optional(),
  }),
} as const
export type LogFrameType = keyof typeof logFrames
export type LogFrame = { [Type in LogFrameType]: z.infer<(typeof logFrames)[Type]> }[LogFrameType]

/** Frames outside the log: they have no `seq` and are not replayed. */
export const liveFrames = {
  session: z.object({
    type: z.literal('session'),
    session_id: Id,
    last_seq: z.number().int().min(0),
    resumed: z.boolean(),
    state: SessionState,
    pending_approvals: z.array(ToolCallFrame),
    models: z.array(z.string()),
    limits: z.record(z.string(), z.number()),
    server_version: z.string(),
  }),
  authenticated: z.object({ type: z.literal('authenticated'), expires_at: Timestamp }),
  tool_claimed: z.object({ type: z.literal('tool_claimed'), call_id: Id }),
  status: z.object({ type: z.literal('status'), state: SessionState }),
  error: z.object({
    type: z.literal('error'),
    code: FrameFailureCode,
    message: z.string(),
    in_reply_to: z.string().optional(),
  }),
} as const
export type LiveFrameType = keyof typeof liveFrames
export type LiveFrame = {
  [Type in LiveFrameType]: z.infer<(typeof liveFrames)[Type]>
}[LiveFrameType]

export const serverFrames = { ...logFrames, ...liveFrames } as const
export type ServerFrame = LogFrame | LiveFrame

export { exactlyOneOutcome, oneOutcome, editHasArguments, editArguments }
