import type { LogFrame } from '@codelab/contracts/frames'
import type { History } from '../../fault/crash-points/history.ts'
import { invariants, violationsOf } from '../../fault/crash-points/invariants.ts'

const frames: LogFrame[] = [
  { type: 'user_message', seq: 1, id: 'm', content: 'go' },
  { type: 'turn', seq: 2, state: 'started', turn_id: 't' },
  { type: 'assistant_message', seq: 3, message_id: 'a', token: 'I ', is_final: false },
  { type: 'assistant_message', seq: 4, message_id: 'a', token: 'write.', is_final: false },
  {
    type: 'assistant_message',
    seq: 5,
    message_id: 'a',
    token: '',
    is_final: true,
    content: 'I write.',
    finish_reason: 'tool_calls',
  },
  {
    type: 'tool_call',
    seq: 6,
    call_id: 'c',
    tool_name: 'write_file',
    arguments: { path: 'a', content: 'old' },
    requires_approval: true,
  },
  {
    type: 'tool_call',
    seq: 7,
    call_id: 'c',
    tool_name: 'write_file',
    arguments: { path: 'a', content: 'new' },
    requires_approval: false,
  },
  { type: 'tool_resolved', seq: 8, call_id: 'c', outcome: 'executed' },
  { type: 'turn', seq: 9, state: 'finished', turn_id: 't' },
  { type: 'job', seq: 10, job_id: 'j', state: 'queued', progress: 0 },
  { type: 'job', seq: 11, job_id: 'j', state: 'running', progress: 0.5 },
  { type: 'job', seq: 12, job_id: 'j', state: 'succeeded', progress: 1 },
]

const row = (frame: LogFrame) => ({
  seq: frame.seq,
  last_seq: frame.seq,
  kind: frame.type,
  message_id: null,
  body: frame,
})

const copyOf = (history: History) => JSON.parse(JSON.stringify(history)) as History

/** A turn with an edited call, in order. */
const sound = (): History =>
  copyOf({
    head: {
      last_seq: 12,
      last_position: 3,
      turn_id: null,
      step_due_at: null,
      step_job: null,
      fence: 4,
      input_tokens: 7,
      output_tokens: 3,
    },
    log: [
      ...frames.slice(0, 2).map(row),
      { seq: 3, last_seq: 4, kind: 'token', message_id: 'a', body: ['I ', 'write.'] },
      ...frames.slice(4).map(row),
    ],
    messages: [
      { position: 1, id: 'm', role: 'user', content: 'go', tool_calls: null, call_id: null },
      {
        position: 2,
        id: 'a',
        role: 'assistant',
        content: 'I write.',
        tool_calls: [{ call_id: 'c' }],
        call_id: null,
      },
      { position: 3, id: 'r', role: 'tool', content: 'done', tool_calls: null, call_id: 'c' },
    ],
    turns: [{ id: 't', message_id: 'm', state: 'finished' }],
    calls: [
      {
        call_id: 'c',
        turn_id: 't',
        arguments: { path: 'a', content: 'new' },
        edited: true,
        state: 'resolved',
        outcome: 'executed',
      },
    ],
    usage: [{ turn_id: 't', step: 1, input_tokens: 7, output_tokens: 3 }],
    leases: [],
    queued: [],
    jobs: [{ id: 'j', kind: 'summarize_session', state: 'succeeded', turn_id: null, owner: null }],
    settled: true,
    ledger: {
      frames,
      messages: [{ id: 'm', content: 'go', seq: 1 }],
      results: [{ callId: 'c', result: 'done' }],
      decisions: [{ callId: 'c', decision: 'edit', arguments: { path: 'a', content: 'new' } }],
      jobs: [{ id: 'j' }],
      executions: [{ callId: 'c', tool: 'write_file', arguments: { path: 'a', content: 'new' } }],
    },
    requests: [
      {
        model: 'stand-in',
        messages: [
          { role: 'user', content: 'go' },
          {
            role: 'assistant',
            content: 'I write.',
            tool_calls: [
              { id: 'c', type: 'function', function: { name: 'write_file', arguments: '{}' } },
            ],
          },
          { role: 'tool', tool_call_id: 'c', content: 'done' },
        ],
      },
    ],
  })

/** The history with a damage done to it. */
type Damage = (history: History) => void
const headed = (history: History, head: Partial<History['head']>) =>
  void Object.assign(history.head, head)

const damages: Record<string, [what: string, damage: Damage][]> = {
  I1: [
    ['a frame is lost', ({ log }) => void log.splice(1, 1)],
    ['a frame is there twice', ({ log }) => void log.push(log.at(-1)!)],
    ['the session counts further than its log', (history) => headed(history, { last_seq: 13 })],
  ],
  I2: [
    ['the client missed a frame', ({ ledger }) => void ledger.frames.splice(3, 1)],
    ['the client saw a frame twice', ({ ledger }) => void ledger.frames.push(frames[11]!)],
    [
      'the client saw other words',
      ({ ledger }) => void Object.assign(ledger.frames[2]!, { token: 'You ' }),
    ],
  ],
  I3: [
    [
      'an acknowledged message is lost',
      ({ ledger }) => void ledger.messages.push({ id: 'x', content: 'lost', seq: 3 }),
    ],
    [
      'it stands at another place',
      ({ ledger }) => void Object.assign(ledger.messages[0]!, { seq: 2 }),
    ],
    ['it has two turns', ({ turns }) => void turns.push({ ...turns[0]!, id: 'u' })],
  ],
  I4: [
    [
      'a piece is said twice',
      ({ log }) => void Object.assign(log[2]!, { last_seq: 5, body: ['I ', 'I ', 'write.'] }),
    ],
    [
      'the final frame is taken back',
      ({ log }) =>
        void log.push(row({ type: 'message_discarded', seq: 10, message_id: 'a', reason: '' })),
    ],
    [
      'the message is stored otherwise',
      ({ messages }) => void Object.assign(messages[1]!, { content: 'I wrote.' }),
    ],
  ],
  I5: [
    ['a position is left out', ({ messages }) => void Object.assign(messages[2]!, { position: 4 })],
    [
      'a message is there twice',
      ({ messages }) => void messages.push({ ...messages[0]!, position: 4 }),
    ],
  ],
  I6: [
    [
      'a call has two answers',
      ({ messages }) => void messages.push({ ...messages[2]!, position: 4, id: 's' }),
    ],
    ['a call has no answer', ({ messages }) => void messages.pop()],
    [
      'an open call is answered',
      ({ calls }) => void Object.assign(calls[0]!, { state: 'claimed' }),
    ],
    [
      'an answer belongs to no call',
      ({ messages }) => void Object.assign(messages[2]!, { call_id: 'z' }),
    ],
  ],
  I7: [
    [
      'the model sees a call without its answer',
      ({ requests }) => void requests[0]!.messages.pop(),
    ],
  ],
  I8: [
    ['a step is counted twice', ({ usage }) => void usage.push(usage[0]!)],
    ['the sums differ', (history) => headed(history, { input_tokens: 14 })],
  ],
  I9: [
    [
      'a turn runs that the session does not name',
      ({ turns }) => void Object.assign(turns[0]!, { state: 'running' }),
    ],
  ],
  I10: [
    [
      'a turn ends twice',
      ({ log }) => void log.push(row({ type: 'turn', seq: 10, state: 'failed', turn_id: 't' })),
    ],
    ['a turn ended untold', ({ log }) => void log.splice(7, 1)],
  ],
  I11: [
    [
      'a turn waits for nothing',
      (history) => {
        Object.assign(history.turns[0]!, { state: 'running' })
        headed(history, { turn_id: 't' })
      },
    ],
    [
      'it waits for a job that nobody holds',
      (history) => {
        Object.assign(history.turns[0]!, { state: 'running' })
        Object.assign(history.jobs[0]!, { state: 'running', turn_id: 't' })
        headed(history, { turn_id: 't' })
      },
    ],
    [
      'a message waits behind nothing',
      ({ turns }) => void turns.push({ id: 'u', message_id: 'n', state: 'queued' }),
    ],
    ['a step is due without a turn', (history) => headed(history, { step_due_at: new Date() })],
  ],
  I12: [
    [
      'a call is queued and no step is due',
      ({ queued }) => void queued.push({ id: 'j', fence: 4 }),
    ],
    [
      'a lease lives of an older number',
      ({ leases }) => void leases.push({ fence: 3, live: true }),
    ],
  ],
  I13: [
    [
      'something is said after the end',
      ({ log }) => void log.push(row({ ...frames[2]!, seq: 13 })),
    ],
  ],
  I14: [
    ['a call was never told', ({ log }) => void log.splice(4, 2)],
    ['a call was run without its release', ({ log }) => void log.splice(5, 1)],
  ],
  I15: [
    ['a call ends twice', ({ log }) => void log.push(row({ ...frames[7]!, seq: 13 }))],
    [
      'a call ends as its row does not say',
      ({ calls }) => void Object.assign(calls[0]!, { outcome: 'failed' }),
    ],
  ],
  I16: [
    [
      'an acknowledged result is lost',
      ({ messages }) => void Object.assign(messages[2]!, { content: 'cancelled' }),
    ],
  ],
  I17: [
    [
      'the edit is lost',
      ({ calls }) => void Object.assign(calls[0]!, { arguments: { path: 'a', content: 'old' } }),
    ],
  ],
  I18: [
    ['a tool ran twice', ({ ledger }) => void ledger.executions.push(ledger.executions[0]!)],
    [
      'it ran with what was not released',
      ({ ledger }) => void Object.assign(ledger.executions[0]!, { arguments: {} }),
    ],
  ],
  I19: [
    ['a job ends twice', ({ log }) => void log.push(row({ ...frames[11]!, seq: 13 }))],
    ['its end is untold', ({ log }) => void log.pop()],
    [
      'its progress goes back',
      ({ log }) => void Object.assign(log.at(-2)!.body as object, { progress: -1 }),
    ],
  ],
  I20: [
    ['an acknowledged job is lost', ({ ledger }) => void ledger.jobs.push({ id: 'k' })],
    ['it never ends', ({ jobs }) => void Object.assign(jobs[0]!, { state: 'running' })],
    ['its turn is not there', ({ jobs }) => void Object.assign(jobs[0]!, { turn_id: 'u' })],
  ],
}

test('a sound history breaks nothing', () => {
  expect(violationsOf(sound())).toEqual([])
})

test.each([
  ['queued', null],
  ['running', 'a worker'],
])('a turn may wait for its %s job', (state, owner) => {
  const history = sound()
  Object.assign(history.turns[0]!, { state: 'running' })
  Object.assign(history.jobs[0]!, { state, owner, turn_id: 't' })
  headed(history, { turn_id: 't' })
  expect(violationsOf(history).filter((violation) => violation.startsWith('I11'))).toEqual([])
})

test('every invariant has a history that breaks it', () => {
  expect(Object.keys(damages)).toEqual(Object.keys(invariants))
})

describe.each(Object.entries(damages))('%s', (name, ways) => {
  test.each(ways)('%s', (_, damage) => {
    const history = sound()
    damage(history)
    expect(violationsOf(history)).toContainEqual(expect.stringContaining(`${name}: `))
  })
})
