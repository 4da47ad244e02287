import type { LiveFrameType, LogFrameType } from '@codelab/contracts/frames'
import { changed, type Examples, without } from './example.ts'

export const toolCall = {
  type: 'tool_call',
  seq: 4,
  call_id: 'c1',
  tool_name: 'delete_file',
  arguments: { path: 'a.ts' },
  requires_approval: true,
}
const token = { type: 'assistant_message', seq: 3, message_id: 'm2', token: 'Hel', is_final: false }
const final = {
  ...token,
  token: '',
  is_final: true,
  content: 'Hello',
  usage: { input_tokens: 10, output_tokens: 2, cached_tokens: 8 },
  model: 'gpt-4',
  finish_reason: 'stop',
}
const echo = { type: 'user_message', seq: 1, id: 'm1', content: 'Hello' }
const resolved = { type: 'tool_resolved', seq: 6, call_id: 'c1', outcome: 'executed' }
const change = { type: 'file_changed', seq: 7, path: 'a.ts', timestamp: '2026-01-02T03:04:05Z' }
const turn = { type: 'turn', seq: 2, state: 'started', turn_id: 't1' }
const job = { type: 'job', seq: 9, job_id: 'j1', state: 'running', progress: 0.5 }
const session = {
  type: 'session',
  session_id: 's1',
  last_seq: 0,
  resumed: true,
  state: 'idle',
  pending_approvals: [],
  models: ['gpt-4'],
  limits: { message_chars: 100_000 },
  server_version: '0.1.0',
}
const error = { type: 'error', code: 'invalid_message', message: 'content: missing' }

/** Frames of the log: each needs its `seq`. */
export const logExamples: Record<LogFrameType, Examples> = {
  user_message: {
    good: [echo],
    bad: [
      ['no id', without(echo, 'id'), 'id'],
      ['no content', without(echo, 'content'), 'content'],
    ],
  },
  assistant_message: {
    good: [
      token,
      final,
      ...['length', 'tool_calls', 'cancelled', 'step_limit', 'unavailable'].map(
        (finish_reason) => ({ ...final, finish_reason }),
      ),
    ],
    bad: [
      ['no token', without(token, 'token'), 'token'],
      ['no message', without(token, 'message_id'), 'message_id'],
      ['no is_final', without(token, 'is_final'), 'is_final'],
      ['is_final in words', changed(token, { is_final: 'true' }), 'is_final'],
      ['an unknown end', changed(final, { finish_reason: 'content_filter' }), 'finish_reason'],
      ['usage of a vendor', changed(final, { usage: { prompt_tokens: 1 } }), 'usage.input_tokens'],
      [
        'a negative count',
        changed(final, { usage: { input_tokens: -1, output_tokens: 0 } }),
        'usage.input_tokens',
      ],
    ],
  },
  message_discarded: {
    good: [{ type: 'message_discarded', seq: 5, message_id: 'm2', reason: 'stream cut' }],
    bad: [['no reason', { type: 'message_discarded', seq: 5, message_id: 'm2' }, 'reason']],
  },
  tool_call: {
    good: [
      toolCall,
      { ...toolCall, requires_approval: false, arguments: {} },
      { ...toolCall, reason: 'a rule', expires_at: '2026-01-02T03:04:05Z' },
    ],
    bad: [
      ['no arguments', without(toolCall, 'arguments'), 'arguments'],
      ['arguments as text', changed(toolCall, { arguments: '{}' }), 'arguments'],
      ['no name', without(toolCall, 'tool_name'), 'tool_name'],
      ['no word on approval', without(toolCall, 'requires_approval'), 'requires_approval'],
      ['an end that is no time', changed(toolCall, { expires_at: 'soon' }), 'expires_at'],
    ],
  },
  tool_resolved: {
    good: ['executed', 'failed', 'rejected', 'cancelled', 'expired', 'unknown'].map((outcome) => ({
      ...resolved,
      outcome,
      by: 'u1',
    })),
    bad: [
      ['an unknown outcome', changed(resolved, { outcome: 'done' }), 'outcome'],
      ['no call', without(resolved, 'call_id'), 'call_id'],
    ],
  },
  file_changed: {
    good: [change, { ...change, change: 'deleted' }],
    bad: [['no path', without(change, 'path'), 'path']],
  },
  turn: {
    good: ['started', 'finished', 'cancelled', 'failed'].map((state) => ({ ...turn, state })),
    bad: [
      ['an unknown state', changed(turn, { state: 'paused' }), 'state'],
      ['no turn', without(turn, 'turn_id'), 'turn_id'],
    ],
  },
  job: {
    good: [
      job,
      { ...job, kind: 'task', note: 'step 3' },
      ...['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'].map((state) => ({
        ...job,
        state,
      })),
    ],
    bad: [
      ['an unknown state', changed(job, { state: 'done' }), 'state'],
      ['progress in per cent', changed(job, { progress: 50 }), 'progress'],
      ['no job', without(job, 'job_id'), 'job_id'],
    ],
  },
}

/** Frames outside the log. */
export const liveExamples: Record<LiveFrameType, Examples> = {
  session: {
    good: [
      session,
      { ...session, state: 'waiting_approval', last_seq: 4, pending_approvals: [toolCall] },
    ],
    bad: [
      ['no approvals', without(session, 'pending_approvals'), 'pending_approvals'],
      [
        'an approval without seq',
        changed(session, { pending_approvals: [without(toolCall, 'seq')] }),
        'pending_approvals.0.seq',
      ],
      ['an unknown state', changed(session, { state: 'busy' }), 'state'],
      [
        'a limit in words',
        changed(session, { limits: { message_chars: 'many' } }),
        'limits.message_chars',
      ],
    ],
  },
  authenticated: {
    good: [{ type: 'authenticated', expires_at: '2026-01-02T03:04:05Z' }],
    bad: [['no end', { type: 'authenticated' }, 'expires_at']],
  },
  tool_claimed: {
    good: [{ type: 'tool_claimed', call_id: 'c1' }],
    bad: [['no call', { type: 'tool_claimed' }, 'call_id']],
  },
  status: {
    good: ['idle', 'thinking', 'waiting_tool', 'waiting_approval'].map((state) => ({
      type: 'status',
      state,
    })),
    bad: [['an unknown state', { type: 'status', state: 'busy' }, 'state']],
  },
  error: {
    good: [
      error,
      { ...error, code: 'token_expired', message: 'Token expired', in_reply_to: 'c1' },
      { ...error, code: 'session_expired' },
    ],
    bad: [
      ['an unknown code', changed(error, { code: 'oops' }), 'code'],
      ['no message', without(error, 'message'), 'message'],
    ],
  },
}
