import { changed, type Examples, without } from './example.ts'

/** What passes over a route, part by part; a part that the route has needs examples, one that it lacks may have none. */
export type RouteExamples = {
  readonly params?: Examples
  readonly query?: Examples
  readonly body?: Examples
  readonly reply?: Examples
}

export const time = '2026-01-02T03:04:05.678Z'

export const ofId: Examples = {
  good: [
    { id: 's1' },
    { id: '0198c1de-7a4b-7c00-8000-000000000001' },
    { id: 'a.b:c_d-e' },
    { id: 'x'.repeat(128) },
  ],
  bad: [
    ['a slash', { id: 'a/b' }, 'id'],
    ['nothing', { id: '' }, 'id'],
    ['129 characters', { id: 'x'.repeat(129) }, 'id'],
    ['a letter outside the alphabet', { id: 'ä' }, 'id'],
  ],
}

export const paged: Examples = {
  good: [{}, { limit: '1' }, { limit: '200', cursor: 'abc' }],
  bad: [
    ['no limit at all', { limit: '0' }, 'limit'],
    ['a limit too high', { limit: '201' }, 'limit'],
    ['a limit in words', { limit: 'ten' }, 'limit'],
    ['a fraction', { limit: '1.5' }, 'limit'],
    ['a cursor too long', { cursor: 'x'.repeat(257) }, 'cursor'],
  ],
}

const listed = (item: object, ...counters: readonly [string, object, string][]): Examples => ({
  good: [{ items: [] }, { items: [item] }, { items: [item], next_cursor: 'abc' }],
  bad: [
    ['no items', {}, 'items'],
    ['items that are no list', { items: item }, 'items'],
    ...counters.map(
      ([what, value, field]) => [what, { items: [value] }, `items.0.${field}`] as const,
    ),
  ],
})

const session = {
  id: 's1',
  title: null,
  archived: false,
  state: 'idle',
  last_seq: 0,
  pending_approvals: 0,
  created_at: time,
  last_activity_at: time,
}

/** The routes of one kind on the gateway and on the agent carry the same things. */
export const sessionsQuery: Examples = {
  good: [...paged.good, { archived: 'true' }, { archived: 'false' }],
  bad: [...paged.bad, ['archived in other words', { archived: 'yes' }, 'archived']],
}
export const oneSession: Examples = {
  good: [session, { ...session, title: 'A talk', state: 'waiting_approval' }],
  bad: [
    ['no id', without(session, 'id'), 'id'],
    ['no title', without(session, 'title'), 'title'],
    ['a state of nothing known', changed(session, { state: 'busy' }), 'state'],
    ['a time that is none', changed(session, { created_at: 'yesterday' }), 'created_at'],
  ],
}
export const sessionList = listed(session, [
  'a session without id',
  without(session, 'id') as object,
  'id',
])
export const sessionChange: Examples = {
  good: [{}, { title: 'A talk' }, { title: null, archived: true }, { title: 'x'.repeat(200) }],
  bad: [
    ['a title too long', { title: 'x'.repeat(201) }, 'title'],
    ['archived in words', { archived: 'true' }, 'archived'],
  ],
}
export const messagesQuery: Examples = {
  good: [{}, { before: 'm1', limit: '50' }],
  bad: [
    ['before with a slash', { before: 'a/b' }, 'before'],
    ['a limit too high', { limit: '1000' }, 'limit'],
  ],
}
export const message = { id: 'm1', role: 'user', content: 'Hello', created_at: time }
export const messageList = listed(message, [
  'an unknown role',
  { ...message, role: 'developer' },
  'role',
])
const gpt4 = {
  id: 'gpt-4',
  provider: 'openai',
  context_window: 8192,
  max_output_tokens: 4096,
  supports_tools: true,
  supports_vision: false,
  available: true,
}
export const models: Examples = {
  good: [
    { models: [] },
    {
      default: 'gpt-4',
      models: [gpt4],
    },
    {
      models: [
        {
          ...gpt4,
          price: { input_per_million: 2.5, output_per_million: 10, currency: 'USD' },
        },
      ],
    },
  ],
  bad: [
    ['no models', {}, 'models'],
    ['a model that is a name', { models: ['gpt-4'] }, 'models.0'],
    ['a model of little known', { models: [{ id: 'gpt-4' }] }, 'models.0.provider'],
  ],
}
const approval = {
  session_id: 's1',
  call_id: 'c1',
  tool_name: 'delete_file',
  arguments: { path: 'a' },
  requires_approval: true,
  created_at: time,
}
export const approvalList = listed(approval, [
  'an approval of no session',
  without(approval, 'session_id') as object,
  'session_id',
])
const usage = {
  day: '2026-01-02',
  model: 'gpt-4',
  provider: 'openai',
  requests: 1,
  input_tokens: 10,
  output_tokens: 2,
  cached_tokens: 0,
}
export const usageList = listed(usage, ['a day with a time', { ...usage, day: time }, 'day'])
export const usageQuery: Examples = {
  good: [...paged.good, { from: '2026-01-01', to: '2026-02-28' }, { session_id: 's1' }],
  bad: [
    ...paged.bad,
    ['a day that is none', { from: '2026-02-30' }, 'from'],
    ['a time', { to: time }, 'to'],
    ['no conversation', { session_id: '' }, 'session_id'],
  ],
}

const newJob = { session_id: 's1', kind: 'task', input: { goal: 'Tidy up' } }
export const startedJob: Examples = {
  good: [
    newJob,
    { session_id: 's1', kind: 'summarize_session' },
    { session_id: 's1', kind: 'embed_project', input: { glob: '**/*.md' } },
    { ...newJob, id: 'j1', at: time, every: '15m' },
    { ...newJob, every: 60 },
  ],
  bad: [
    ['no session', without(newJob, 'session_id'), 'session_id'],
    ['no kind', without(newJob, 'kind'), 'kind'],
    ['an unknown kind', changed(newJob, { kind: 'dance' }), 'kind'],
    ['a task without a goal', changed(newJob, { input: {} }), 'input.goal'],
    ['an empty goal', changed(newJob, { input: { goal: '' } }), 'input.goal'],
    [
      'a file outside the project',
      changed(newJob, { kind: 'embed_project', input: { paths: ['../a'] } }),
      'input.paths.0',
    ],
    ['an interval in words', changed(newJob, { every: 'daily' }), 'every'],
    ['an interval of no time', changed(newJob, { every: 0 }), 'every'],
    ['an instant that is none', changed(newJob, { at: 'tomorrow' }), 'at'],
    ['an id with a space', changed(newJob, { id: 'a b' }), 'id'],
  ],
}
const job = {
  id: 'j1',
  session_id: 's1',
  kind: 'task',
  input: { goal: 'Tidy up' },
  state: 'queued',
  progress: 0,
  attempts: 0,
  created_at: time,
}
export const oneJob: Examples = {
  good: [
    job,
    { ...job, state: 'running', progress: 0.5, note: 'step 3', attempts: 1, started_at: time },
    { ...job, state: 'failed', error: { code: 'upstream_failed', message: 'No answer.' } },
    { ...job, state: 'succeeded', progress: 1, result: { content: 'Done.' }, ended_at: time },
    { ...job, at: time, every: 900, schedule_id: 'j0' },
  ],
  bad: [
    ['no state', without(job, 'state'), 'state'],
    ['an unknown state', changed(job, { state: 'done' }), 'state'],
    ['progress in per cent', changed(job, { progress: 50 }), 'progress'],
    ['an error in words', changed(job, { error: 'broken' }), 'error'],
  ],
}
export const jobsQuery: Examples = {
  good: [...paged.good, { session_id: 's1', kind: 'task', state: 'waiting' }],
  bad: [
    ...paged.bad,
    ['an unknown kind', { kind: 'dance' }, 'kind'],
    ['an unknown state', { state: 'done' }, 'state'],
  ],
}
export const jobList = listed(job, ['a job without id', without(job, 'id') as object, 'id'])
