import type { QueryResultRow } from 'pg'
import type { ToolName } from '@codelab/contracts/tools'
import type { Language } from '../turn/language.ts'
import type { Call, CallOutcome, CallState, Head, StoredJob, Turn } from '../turn/work.ts'

const numberOrNull = (value: unknown) => (value === null ? null : Number(value))

export const headOf = (row: QueryResultRow): Head => ({
  sessionId: row['session_id'] as string,
  userId: row['user_id'] as string,
  title: row['title'] as string | null,
  language: row['language'] as Language,
  lastSeq: Number(row['last_seq']),
  lastPosition: Number(row['last_position']),
  turnId: row['turn_id'] as string | null,
  jobId: row['job_id'] as string | null,
  step: row['step'] as number,
  fence: Number(row['fence']),
  lastActivityAt: row['last_activity_at'] as Date,
  inputTokens: Number(row['input_tokens']),
  outputTokens: Number(row['output_tokens']),
})

export const turnOf = (row: QueryResultRow): Turn => ({
  id: row['id'] as string,
  messageId: row['message_id'] as string,
  state: row['state'] as Turn['state'],
  content: row['content'] as string | null,
  model: row['model'] as string | null,
  language: row['language'] as Language,
  replaces: row['replaces'] as string | null,
  messageSeq: Number(row['message_seq']),
  startSeq: numberOrNull(row['start_seq']),
  endSeq: numberOrNull(row['end_seq']),
  steps: row['steps'] as number,
  failCode: row['fail_code'] as string | null,
  failMessage: row['fail_message'] as string | null,
  jobId: row['job_id'] as string | null,
  createdAt: row['created_at'] as Date,
  startedAt: row['started_at'] as Date | null,
  endedAt: row['ended_at'] as Date | null,
})

export const callOfRow = (row: QueryResultRow): Call => ({
  callId: row['call_id'] as string,
  turnId: row['turn_id'] as string | null,
  vendorId: row['vendor_id'] as string | null,
  jobId: row['job_id'] as string | null,
  answer: row['answer'] as Call['answer'],
  tool: row['tool'] as ToolName,
  arguments: row['arguments'] as Record<string, unknown>,
  digest: row['digest'] as string,
  edited: row['edited'] as boolean,
  state: row['state'] as CallState,
  outcome: row['outcome'] as CallOutcome | null,
  reason: row['reason'] as string | null,
  resolvedBy: row['resolved_by'] as string | null,
  seq: Number(row['seq']),
  claimedBy: row['claimed_by'] as string | null,
  claimSeenAt: row['claim_seen_at'] as Date | null,
  claimGone: row['claim_gone'] as boolean,
  expiresAt: row['expires_at'] as Date | null,
  createdAt: row['created_at'] as Date,
  resolvedAt: row['resolved_at'] as Date | null,
})

export const jobOfRow = (row: QueryResultRow): StoredJob => ({
  id: row['id'] as string,
  sessionId: row['session_id'] as string,
  userId: row['user_id'] as string,
  kind: row['kind'] as StoredJob['kind'],
  input: row['input'] as Record<string, unknown>,
  state: row['state'] as StoredJob['state'],
  progress: row['progress'] as number,
  note: row['note'] as string | null,
  result: row['result'] as Record<string, unknown> | null,
  errorCode: row['error_code'] as string | null,
  errorMessage: row['error_message'] as string | null,
  attempts: row['attempts'] as number,
  losses: row['losses'] as number,
  fence: Number(row['fence']),
  owner: row['owner'] as string | null,
  leaseUntil: row['lease_until'] as Date | null,
  dueAt: row['due_at'] as Date,
  startsAt: row['starts_at'] as Date | null,
  everySeconds: row['every_s'] as number | null,
  scheduleId: row['schedule_id'] as string | null,
  turnId: row['turn_id'] as string | null,
  checkpoint: row['checkpoint'] as unknown,
  createdAt: row['created_at'] as Date,
  startedAt: row['started_at'] as Date | null,
  endedAt: row['ended_at'] as Date | null,
})
