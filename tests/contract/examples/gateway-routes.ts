import type * as routes from '@codelab/contracts/client-gateway'
import { changed, without } from './example.ts'
import * as common from './route-example.ts'

type Name =
  | 'postMessage'
  | 'listSessions'
  | 'readSession'
  | 'changeSession'
  | 'deleteSession'
  | 'listMessages'
  | 'listModels'
  | 'listApprovals'
  | 'readUsage'
  | 'startJob'
  | 'listJobs'
  | 'readJob'
  | 'cancelJob'

const posted = { session_id: 's1', message: 'Hello' }

/** Desktop → gateway. */
export const gatewayExamples: Record<Name & keyof typeof routes, common.RouteExamples> = {
  postMessage: {
    body: {
      good: [
        posted,
        { ...posted, id: 'm1', model: 'gpt-4' },
        { ...posted, message: 'x'.repeat(100_000) },
      ],
      bad: [
        ['no session', without(posted, 'session_id'), 'session_id'],
        ['no message', without(posted, 'message'), 'message'],
        ['an empty message', changed(posted, { message: '' }), 'message'],
        ['a message too long', changed(posted, { message: 'x'.repeat(100_001) }), 'message'],
        ['a number as session', changed(posted, { session_id: 5 }), 'session_id'],
        ['a list as body', [posted], ''],
      ],
    },
    reply: {
      good: [{ message_id: 'm1', session_id: 's1' }],
      bad: [['no message', { session_id: 's1' }, 'message_id']],
    },
  },
  listSessions: { query: common.sessionsQuery, reply: common.sessionList },
  readSession: { params: common.ofId, reply: common.oneSession },
  changeSession: { params: common.ofId, body: common.sessionChange, reply: common.oneSession },
  deleteSession: { params: common.ofId },
  listMessages: { params: common.ofId, query: common.messagesQuery, reply: common.messageList },
  listModels: { reply: common.models },
  listApprovals: { query: common.paged, reply: common.approvalList },
  readUsage: { query: common.usageQuery, reply: common.usageList },
  startJob: { body: common.startedJob, reply: common.oneJob },
  listJobs: { query: common.jobsQuery, reply: common.jobList },
  readJob: { params: common.ofId, reply: common.oneJob },
  cancelJob: { params: common.ofId, reply: common.oneJob },
}
