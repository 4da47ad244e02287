import { z } from 'zod'
import { Id, Timestamp } from '../ids.ts'
import { JobState } from '../job-state.ts'
import { Job, JobPage, JobsQuery, NewJob } from '../jobs.ts'
import { route } from '../route.ts'
import { UsageRow } from '../sessions.ts'
import { serverFailures } from './conversations.ts'

const JobParams = z.object({ job: Id })

export const listJobs = route({
  method: 'get',
  path: '/api/v1/jobs',
  summary: 'Jobs, newest first; `job` events tell what changes.',
  access: 'page',
  query: JobsQuery,
  status: 200,
  reply: JobPage,
  fails: ['invalid_request', ...serverFailures],
})

export const startJob = route({
  method: 'post',
  path: '/api/v1/jobs',
  summary: 'Starts long work in the background.',
  access: 'page',
  body: NewJob,
  status: 202,
  reply: Job,
  fails: ['invalid_request', 'not_found', 'conflict', 'payload_too_large', ...serverFailures],
})

export const readJob = route({
  method: 'get',
  path: '/api/v1/jobs/:job',
  summary: 'One job, with its result once it has ended.',
  access: 'page',
  params: JobParams,
  status: 200,
  reply: Job,
  fails: ['invalid_request', 'not_found', ...serverFailures],
})

export const cancelJob = route({
  method: 'post',
  path: '/api/v1/jobs/:job/cancel',
  summary: 'Stops a job and its schedule; harmless when it has ended.',
  access: 'page',
  params: JobParams,
  status: 202,
  reply: Job,
  fails: ['invalid_request', 'not_found', ...serverFailures],
})

/** Where a job was at a moment. */
export const JobStep = z.object({
  at: Timestamp,
  state: JobState,
  progress: z.number().min(0).max(1),
  note: z.string().optional(),
})
export type JobStep = z.infer<typeof JobStep>

export const readJobLog = route({
  method: 'get',
  path: '/api/v1/jobs/:job/log',
  summary:
    'What a job went through since this engine began to look, oldest first: the latest 200 steps. The workspace keeps only the latest.',
  access: 'page',
  params: JobParams,
  status: 200,
  reply: z.object({ items: z.array(JobStep) }),
  fails: ['invalid_request', 'internal'],
})

const Tokens = z.object({
  requests: z.number().int(),
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  cached_tokens: z.number().int(),
})

export const readUsage = route({
  method: 'get',
  path: '/api/v1/usage',
  summary:
    'Tokens per day and model, newest day first, and their sum; of all conversations, or of one. Prices stand with the models.',
  access: 'page',
  query: z.object({
    from: z.iso.date().optional(),
    to: z.iso.date().optional(),
    session_id: Id.optional(),
  }),
  status: 200,
  reply: z.object({ items: z.array(UsageRow), total: Tokens }),
  fails: ['invalid_request', ...serverFailures],
})
