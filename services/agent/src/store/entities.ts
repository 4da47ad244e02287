import type { JobKind } from '@codelab/contracts/jobs'
import type { JobState } from '@codelab/contracts/job-state'
import { defineEntity, p } from '@mikro-orm/postgresql'

/** One conversation: its counters, its owner, and the turn under way with the fence that guards it. */
export const SessionHead = defineEntity({
  name: 'SessionHead',
  tableName: 'session_head',
  properties: {
    sessionId: p.text().primary(),
    userId: p.text(),
    title: p.text().nullable(),
    archived: p.boolean().default(false),
    language: p.text().default('en'),
    lastSeq: p.bigint('number').default(0),
    lastPosition: p.bigint('number').default(0),
    sweptSeq: p.bigint('number').default(0),
    turnId: p.text().nullable(),
    step: p.integer().default(0),
    stepAttempts: p.integer().default(0),
    stepDueAt: p.datetime().nullable(),
    stepJob: p.text().nullable(),
    jobId: p.text().nullable(),
    fence: p.bigint('number').default(0),
    inputTokens: p.bigint('number').default(0),
    outputTokens: p.bigint('number').default(0),
    createdAt: p.datetime(),
    lastActivityAt: p.datetime(),
  },
})

/** A stored message. `content` is what a model reads; `fullContent` is there when a long result was cut for it. */
export const MessageRow = defineEntity({
  name: 'MessageRow',
  tableName: 'message',
  properties: {
    sessionId: p.text().primary(),
    position: p.bigint('number').primary(),
    id: p.text(),
    role: p.text().$type<'user' | 'assistant' | 'tool' | 'system'>(),
    content: p.text(),
    fullContent: p.text().nullable(),
    toolCalls: p.json<StoredToolCall[]>().nullable(),
    callId: p.text().nullable(),
    tokenCount: p.integer(),
    replaced: p.boolean().default(false),
    turnId: p.text().nullable(),
    model: p.text().nullable(),
    finishReason: p.text().nullable(),
    usage: p.json<StoredUsage>().nullable(),
    createdAt: p.datetime(),
  },
})

/** A person's message and all that follows from it until the final answer. `content` is there while the turn waits for its start. */
export const TurnRow = defineEntity({
  name: 'TurnRow',
  tableName: 'turn',
  properties: {
    id: p.text().primary(),
    sessionId: p.text(),
    messageId: p.text(),
    state: p
      .text()
      .$type<'queued' | 'running' | 'finished' | 'cancelled' | 'failed' | 'replaced'>(),
    content: p.text().nullable(),
    model: p.text().nullable(),
    language: p.text(),
    replaces: p.text().nullable(),
    messageSeq: p.bigint('number'),
    startSeq: p.bigint('number').nullable(),
    endSeq: p.bigint('number').nullable(),
    steps: p.integer().default(0),
    failCode: p.text().nullable(),
    failMessage: p.text().nullable(),
    jobId: p.text().nullable(),
    createdAt: p.datetime(),
    startedAt: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
  },
})

/** A tool call on its way: waiting_approval → ready → claimed → resolved. */
export const ToolCallRow = defineEntity({
  name: 'ToolCallRow',
  tableName: 'tool_call',
  properties: {
    sessionId: p.text().primary(),
    callId: p.text().primary(),
    turnId: p.text().nullable(),
    vendorId: p.text().nullable(),
    jobId: p.text().nullable(),
    answer: p.json<unknown>().nullable(),
    tool: p.text(),
    arguments: p.json<Record<string, unknown>>(),
    digest: p.text(),
    edited: p.boolean().default(false),
    state: p.text().$type<'waiting_approval' | 'ready' | 'claimed' | 'resolved'>(),
    outcome: p.text().nullable(),
    reason: p.text().nullable(),
    resolvedBy: p.text().nullable(),
    seq: p.bigint('number'),
    claimedBy: p.text().nullable(),
    claimSeenAt: p.datetime().nullable(),
    claimGone: p.boolean().default(false),
    expiresAt: p.datetime().nullable(),
    createdAt: p.datetime(),
    resolvedAt: p.datetime().nullable(),
  },
})

/** Long work in the background: one job, or one run of a schedule. `dueAt` is when it is to be taken, while it is queued. */
export const JobRow = defineEntity({
  name: 'JobRow',
  tableName: 'job',
  properties: {
    id: p.text().primary(),
    sessionId: p.text(),
    userId: p.text(),
    kind: p.text().$type<JobKind>(),
    input: p.json<Record<string, unknown>>(),
    state: p.text().$type<JobState>(),
    progress: p.double().default(0),
    note: p.text().nullable(),
    result: p.json<Record<string, unknown>>().nullable(),
    errorCode: p.text().nullable(),
    errorMessage: p.text().nullable(),
    attempts: p.integer().default(0),
    losses: p.integer().default(0),
    fence: p.bigint('number').default(0),
    owner: p.text().nullable(),
    leaseUntil: p.datetime().nullable(),
    dueAt: p.datetime(),
    startsAt: p.datetime().nullable(),
    everyS: p.integer().nullable(),
    scheduleId: p.text().nullable(),
    turnId: p.text().nullable(),
    checkpoint: p.json<unknown>().nullable(),
    createdAt: p.datetime(),
    startedAt: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
  },
})

/** Tokens of one step. */
export const UsageEntry = defineEntity({
  name: 'UsageEntry',
  tableName: 'usage',
  properties: {
    id: p.text().primary(),
    userId: p.text(),
    sessionId: p.text(),
    turnId: p.text(),
    step: p.integer(),
    model: p.text(),
    provider: p.text(),
    inputTokens: p.integer(),
    outputTokens: p.integer(),
    cachedTokens: p.integer(),
    createdAt: p.datetime(),
  },
})

type StoredToolCall = {
  call_id: string
  tool_name: string
  arguments: Record<string, unknown>
}
type StoredUsage = { input_tokens: number; output_tokens: number; cached_tokens?: number }

export const entities = [SessionHead, MessageRow, TurnRow, ToolCallRow, JobRow, UsageEntry]
