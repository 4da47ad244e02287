import type { LogFrame, MessageFinish } from '@codelab/contracts/frames'
import type { FrameFailureCode } from '@codelab/contracts/errors'
import type { Usage } from '@codelab/contracts/agent-llm'
import type { JobKind } from '@codelab/contracts/jobs'
import type { JobState } from '@codelab/contracts/job-state'
import type { ApprovalRule, ToolName } from '@codelab/contracts/tools'
import type { Language } from './language.ts'

type Unsequenced<Frame> = Frame extends unknown ? Omit<Frame, 'seq'> : never
/** A frame before it has its place in the log. */
export type NewFrame = Unsequenced<LogFrame>

/** Told to clients right after a frame, live and on every replay: why a turn failed. */
export type Note = { code: FrameFailureCode; message: string; in_reply_to?: string }

/** The session as the work found it; changes are written with the commit. */
export type Head = {
  readonly sessionId: string
  readonly userId: string
  title: string | null
  language: Language
  lastSeq: number
  lastPosition: number
  turnId: string | null
  /** The job whose turn this is, if it is one's. */
  jobId: string | null
  step: number
  fence: number
  lastActivityAt: Date
  inputTokens: number
  outputTokens: number
}

export type Turn = {
  readonly id: string
  readonly messageId: string
  state: 'queued' | 'running' | 'finished' | 'cancelled' | 'failed' | 'replaced'
  /** The message's text while the turn waits; it moves to the messages at the start. */
  content: string | null
  readonly model: string | null
  readonly language: Language
  readonly replaces: string | null
  readonly messageSeq: number
  startSeq: number | null
  endSeq: number | null
  steps: number
  failCode: string | null
  failMessage: string | null
  /** The task that this turn works on. */
  readonly jobId: string | null
  readonly createdAt: Date
  startedAt: Date | null
  endedAt: Date | null
}

export type StoredToolCall = {
  call_id: string
  tool_name: string
  arguments: Record<string, unknown>
}

export type NewMessage = {
  id: string
  role: 'user' | 'assistant' | 'tool' | 'system'
  content: string
  fullContent?: string | undefined
  toolCalls?: StoredToolCall[]
  callId?: string
  turnId?: string | null
  model?: string | undefined
  finishReason?: MessageFinish
  usage?: Usage | undefined
  replaced?: boolean
  createdAt?: Date
}

export type CallState = 'waiting_approval' | 'ready' | 'claimed' | 'resolved'
export type CallOutcome = 'executed' | 'failed' | 'rejected' | 'cancelled' | 'expired' | 'unknown'

export type Call = {
  readonly callId: string
  /** Absent for a call that a person or a job asked for outside a turn. */
  readonly turnId: string | null
  /** The asker's own name of it: the model vendor's, or a job's. */
  readonly vendorId: string | null
  /** The job that asked for it outside a turn; it gets the answer. */
  readonly jobId: string | null
  /** What a job's call was answered, until the job has used it. */
  answer: { result?: unknown; error?: string | { code: string; message: string } } | null
  readonly tool: ToolName
  arguments: Record<string, unknown>
  digest: string
  edited: boolean
  state: CallState
  outcome: CallOutcome | null
  reason: string | null
  resolvedBy: string | null
  /** Of its latest `tool_call` frame. */
  seq: number
  claimedBy: string | null
  claimSeenAt: Date | null
  /** The claiming socket is known to have gone. */
  claimGone: boolean
  expiresAt: Date | null
  readonly createdAt: Date
  resolvedAt: Date | null
}

/** Who asked for calls: a turn, or a job outside a turn. */
export type Asker = { readonly turn: string } | { readonly job: string }

/** Long work in the background. While it is `running`, its worker holds the lease; one without a worker is a task whose turn runs. */
export type StoredJob = {
  readonly id: string
  readonly sessionId: string
  readonly userId: string
  readonly kind: JobKind
  readonly input: Record<string, unknown>
  state: JobState
  progress: number
  note: string | null
  result: Record<string, unknown> | null
  errorCode: string | null
  errorMessage: string | null
  /** Tries begun. */
  attempts: number
  /** Runs whose worker was lost. */
  losses: number
  fence: number
  owner: string | null
  leaseUntil: Date | null
  /** While it is queued: not to be taken before. */
  dueAt: Date
  readonly startsAt: Date | null
  readonly everySeconds: number | null
  readonly scheduleId: string | null
  turnId: string | null
  checkpoint: unknown
  readonly createdAt: Date
  startedAt: Date | null
  endedAt: Date | null
}

export type UsageRecord = Usage & { turnId: string; step: number; model: string; provider: string }

/** What became of an attempt to summarise all messages up to a position; without a summary it was in vain. */
export type NewCompaction = {
  upTo: number
  outcome: string
  summary?: { content: string; tokens: number; model: string }
}

/** The numbers and rules that decide about turns. */
export type TurnSettings = {
  maxSteps: number
  /** So many identical calls in a row end the turn. */
  maxIdenticalCalls: number
  sessionTtlMs: number
  contextMaxTokens: number
  rules: readonly ApprovalRule[]
  /** The model of turns that name none, as far as it is known. */
  defaultModel?: () => string | undefined
  /** Absent: an approval waits for ever. */
  approvalTimeoutMs?: number | undefined
  claimTimeoutMs: number
  jobs: JobSettings
}

/** The numbers that decide about jobs. */
export type JobSettings = {
  /** Steps of a task's turn. */
  taskMaxSteps: number
  /** Tries in all of a job whose failures may pass, and the pause before the second one; it doubles each time. */
  attempts: number
  backoffMs: number
}

/**
 * One transaction on one session, with the session's row locked: what the domain may read and write.
 * Frames get their `seq` here, are written with everything else at the commit, and leave the process only after it.
 */
export type Work = {
  readonly now: Date
  readonly head: Head
  readonly settings: TurnSettings
  newId(): string
  /** Appends a frame to the log and answers its `seq`. */
  emit(frame: NewFrame, note?: Note): number
  addMessage(message: NewMessage): void
  /** Counts a step's tokens to the session and its owner. */
  recordUsage(usage: UsageRecord): void
  /** Tokens of a turn's completions that have ended; undefined when none has, or none said. */
  usageOf(turn: Turn): Promise<Usage | undefined>
  /** Queues the current step of the current turn in this transaction. */
  queueStep(turn?: Pick<Turn, 'messageId' | 'model'>): void
  /** No step is due any more until one is queued; whoever holds the lease has lost it. */
  parkStep(): void
  /** Everyone who holds the old number can write nothing from now on. */
  raiseFence(): void
  /** Text already in the log of an answer that has no end yet. */
  partialMessage(): Promise<{ messageId: string; text: string } | undefined>
  messageRole(id: string): Promise<string | undefined>
  /** Takes a message and all that followed out of the context, and with them the summaries that speak of them. */
  replaceFrom(messageId: string): Promise<void>
  saveCompaction(compaction: NewCompaction): Promise<void>
  turns: {
    /** Writes a turn, new or changed. */
    save(turn: Turn): Promise<void>
    current(): Promise<Turn>
    byId(id: string): Promise<Turn | undefined>
    byMessage(messageId: string): Promise<Turn | undefined>
    nextQueued(): Promise<Turn | undefined>
    queuedFrom(messageSeq: number): Promise<Turn[]>
  }
  calls: {
    /** Writes a call as it is now, new or changed, together with the others of this transaction. */
    save(call: Call): void
    byId(callId: string): Promise<Call | undefined>
    /** Unresolved calls of a turn or a job, oldest first. */
    openOf(asker: Asker): Promise<Call[]>
    anyOpen(asker: Asker): Promise<boolean>
    /** The digests of the turn's latest calls, newest first; so many at most. */
    latestDigests(turnId: string, most: number): Promise<string[]>
    /** Answers of a job's calls are dealt with: those of these names, or all. */
    forgetAnswers(jobId: string, keys?: readonly string[]): Promise<void>
  }
  jobs: {
    /** Stores a new job and queues the call to look for it; false when the id names a job already. */
    insert(job: StoredJob): Promise<boolean>
    save(job: StoredJob): Promise<void>
    /** A job of this session. */
    byId(id: string): Promise<StoredJob | undefined>
    /** Jobs of a schedule that have not ended. */
    openOf(scheduleId: string): Promise<StoredJob[]>
    /** Has a worker look for a job that was queued, when it is due. */
    call(job: StoredJob): Promise<void>
    /** A place among the running jobs has become free: have a worker look who is next. */
    freePlace(): Promise<void>
  }
  approvals: {
    /** Those of these uses of tools that a person has approved for the rest of the session. */
    remembered(digests: readonly string[]): Promise<ReadonlySet<string>>
    remember(tool: string, digest: string): Promise<void>
  }
}
