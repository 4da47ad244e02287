import { changed, without } from './example.ts'
import * as common from './route-example.ts'

const opened = {
  user_id: 'u1',
  created_at: common.time,
  last_activity_at: common.time,
  expired: false,
  last_seq: 0,
  stream_after: 0,
  resumed: true,
  state: 'idle',
  pending_approvals: [],
  models: [],
}
const said = { session_id: 's1', message: 'Hello' }
const call = { session_id: 's1', call_id: 'c1' }
const asked = { ...call, tool_name: 'read_file', arguments: { path: 'a' } }
const result = { ...call, result: 'text' }
const decision = { ...call, decision: 'approve' }
const change = { session_id: 's1', path: 'a.ts', timestamp: common.time }
const callReply = { good: [{ call_id: 'c1' }], bad: [['no call', {}, 'call_id']] } as const

/** Gateway → agent. */
export const agentExamples: Record<string, common.RouteExamples> = {
  openSession: {
    params: common.ofId,
    body: {
      good: [{}, { after: 0, language: 'ru' }],
      bad: [
        ['a negative cursor', { after: -1 }, 'after'],
        ['a cursor in quotes', { after: '1' }, 'after'],
      ],
    },
    reply: {
      good: [opened],
      bad: [
        ['no owner', without(opened, 'user_id'), 'user_id'],
        ['no place in the stream', without(opened, 'stream_after'), 'stream_after'],
      ],
    },
  },
  chatMessage: {
    body: {
      good: [said, { ...said, role: 'user', message_id: 'm1', model: 'gpt-4', replaces: 'm0' }],
      bad: [
        ['no session', without(said, 'session_id'), 'session_id'],
        ['an empty message', changed(said, { message: '' }), 'message'],
        ['a message too long', changed(said, { message: 'x'.repeat(100_001) }), 'message'],
        ['another role', changed(said, { role: 'assistant' }), 'role'],
        ['an id with a space', changed(said, { message_id: 'a b' }), 'message_id'],
      ],
    },
    reply: {
      good: [{ message_id: 'm1', seq: 1 }],
      bad: [['no seq', { message_id: 'm1' }, 'seq']],
    },
  },
  chatStream: {
    params: common.ofId,
    query: {
      good: [{}, { after: '0' }, { after: '17' }],
      bad: [
        ['a negative cursor', { after: '-1' }, 'after'],
        ['a cursor in words', { after: 'start' }, 'after'],
      ],
    },
  },
  chatCancel: {
    body: { good: [{ session_id: 's1' }], bad: [['no session', {}, 'session_id']] },
    reply: { good: [{ cancelled: false }], bad: [['a word', { cancelled: 'no' }, 'cancelled']] },
  },
  executeTool: {
    body: {
      good: [asked, { ...asked, arguments: {} }],
      bad: [
        ['no call', without(asked, 'call_id'), 'call_id'],
        ['an empty name', changed(asked, { tool_name: '' }), 'tool_name'],
        ['a name too long', changed(asked, { tool_name: 'x'.repeat(65) }), 'tool_name'],
        ['arguments as text', changed(asked, { arguments: '{}' }), 'arguments'],
        ['arguments as a list', changed(asked, { arguments: [] }), 'arguments'],
      ],
    },
    reply: {
      good: [{ call_id: 'c1', requires_approval: true }],
      bad: [['no word on approval', { call_id: 'c1' }, 'requires_approval']],
    },
  },
  claimTool: {
    body: { good: [call], bad: [['no call', { session_id: 's1' }, 'call_id']] },
    reply: callReply,
  },
  toolResult: {
    body: {
      good: [
        result,
        { ...call, result: null },
        { ...call, error: 'it broke' },
        { ...call, error: { code: 'failed', message: 'm' } },
      ],
      bad: [
        ['neither result nor error', call, 'result'],
        ['both', { ...result, error: 'it broke' }, 'result'],
        ['no session', without(result, 'session_id'), 'session_id'],
      ],
    },
    reply: callReply,
  },
  toolDecision: {
    body: {
      good: [
        decision,
        { ...decision, decision: 'edit', modified_arguments: {} },
        { ...decision, decision: 'reject', feedback: 'No.' },
      ],
      bad: [
        [
          'an edit without arguments',
          changed(decision, { decision: 'edit' }),
          'modified_arguments',
        ],
        ['an unknown decision', changed(decision, { decision: 'yes' }), 'decision'],
        ['no call', without(decision, 'call_id'), 'call_id'],
      ],
    },
    reply: callReply,
  },
  fileChanged: {
    body: {
      good: [change, { ...change, change: 'created' }],
      bad: [
        ['no session', without(change, 'session_id'), 'session_id'],
        ['an unknown change', changed(change, { change: 'renamed' }), 'change'],
        ['no time', without(change, 'timestamp'), 'timestamp'],
      ],
    },
    reply: { good: [{ seq: 1 }], bad: [['no seq', {}, 'seq']] },
  },
  sessionMessages: {
    params: common.ofId,
    reply: {
      good: [
        [],
        [common.message],
        [{ ...common.message, role: 'tool', call_id: 'c1', turn_id: 't1' }],
      ],
      bad: [
        ['a page', { items: [] }, ''],
        ['a message without id', [without(common.message, 'id')], '0.id'],
      ],
    },
  },
  agentSessions: { query: common.sessionsQuery, reply: common.sessionList },
  agentSession: { params: common.ofId, reply: common.oneSession },
  changeAgentSession: { params: common.ofId, body: common.sessionChange, reply: common.oneSession },
  deleteAgentSession: { params: common.ofId },
  agentMessages: { params: common.ofId, query: common.messagesQuery, reply: common.messageList },
  agentApprovals: { query: common.paged, reply: common.approvalList },
  agentUsage: { query: common.usageQuery, reply: common.usageList },
  agentModels: { reply: common.models },
  startAgentJob: { body: common.startedJob, reply: common.oneJob },
  agentJobs: { query: common.jobsQuery, reply: common.jobList },
  agentJob: { params: common.ofId, reply: common.oneJob },
  cancelAgentJob: { params: common.ofId, reply: common.oneJob },
}
