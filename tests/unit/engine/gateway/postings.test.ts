import type { ClientFrame, ServerFrame } from '@codelab/contracts/frames'
import { createOutbox } from '@codelab/engine/gateway/outbox'
import {
  cancelPosting,
  claimPosting,
  decisionPosting,
  fileChangePosting,
  messagePosting,
  resultPosting,
} from '@codelab/engine/gateway/postings'

const error = (code: string, inReplyTo: string) =>
  ({ type: 'error', code, message: 'no', in_reply_to: inReplyTo }) as ServerFrame
const resolved = (callId: string, outcome = 'executed') =>
  ({ type: 'tool_resolved', seq: 9, call_id: callId, outcome }) as ServerFrame
const call = (requiresApproval: boolean): ServerFrame => ({
  type: 'tool_call',
  seq: 3,
  call_id: 'c',
  tool_name: 'read_file',
  arguments: {},
  requires_approval: requiresApproval,
})
const message = messagePosting({ type: 'user_message', id: 'm', content: 'hello' })
const result = resultPosting({ type: 'tool_result', call_id: 'c', result: 1 })

function setUp() {
  const sent: ClientFrame[] = []
  const line = { open: true }
  const outbox = createOutbox((frame) => {
    if (line.open) sent.push(frame)
    return line.open
  })
  return { outbox, sent, line, types: () => sent.map((frame) => frame.type) }
}

describe('outbox', () => {
  test('a message is sent again on each new connection until its echo comes', async () => {
    const { outbox, line, types } = setUp()
    const taken = outbox.post(message)
    outbox.lost()
    outbox.flush()
    outbox.flush()
    expect(types()).toEqual(['user_message', 'user_message'])
    outbox.judge({ type: 'user_message', seq: 1, id: 'm', content: 'hello' })
    await expect(taken).resolves.toBeUndefined()
    outbox.lost()
    outbox.flush()
    expect(types()).toHaveLength(2)
    line.open = false
  })

  test('what is posted without a connection goes out in order when there is one', () => {
    const { outbox, line, types } = setUp()
    line.open = false
    void outbox.post(message)
    void outbox.post(claimPosting('c'))
    expect(types()).toEqual([])
    line.open = true
    outbox.flush()
    expect(types()).toEqual(['user_message', 'tool_claim'])
    outbox.lost()
  })

  test('a refusal ends only what it answers', async () => {
    const { outbox } = setUp()
    const refused = outbox.post(message)
    const other = outbox.post(messagePosting({ type: 'user_message', id: 'other', content: 'x' }))
    outbox.judge(error('invalid_message', 'm'))
    await expect(refused).rejects.toMatchObject({ code: 'invalid_request', message: 'no' })
    outbox.judge({ type: 'user_message', seq: 1, id: 'other', content: 'x' })
    await expect(other).resolves.toBeUndefined()
  })

  test('closing fails everything that waits', async () => {
    const { outbox } = setUp()
    const waiting = outbox.post(message)
    outbox.fail(new Error('closed'))
    await expect(waiting).rejects.toThrow('closed')
  })
})

describe('what an answer means', () => {
  test.each<[string, unknown, unknown]>([
    ['an expired token is no refusal', message.judge(error('token_expired', 'm')), 'againMs'],
    ['nor is a server that is not available', message.judge(error('unavailable', 'm')), 'againMs'],
    [
      'a conflict over a claim is asked again',
      claimPosting('c').judge(error('conflict', 'c')),
      'againMs',
    ],
    [
      'so is one over a result, until the call is resolved',
      result.judge(error('conflict', 'c')),
      'againMs',
    ],
  ])('%s', (_, verdict, key) => {
    expect(verdict).toHaveProperty(key as string)
  })

  test('a claim is answered by the claim or by the end of the call', () => {
    expect(claimPosting('c').judge({ type: 'tool_claimed', call_id: 'c' })).toEqual({
      done: 'claimed',
    })
    expect(claimPosting('c').judge(resolved('c'))).toEqual({ done: 'gone' })
    expect(claimPosting('c').judge(resolved('another'))).toBeUndefined()
  })

  test('a result is taken when the call is resolved', () => {
    expect(result.judge(resolved('c'))).toEqual({ done: undefined })
  })

  test.each([
    ['approve', call(false), 'taken'],
    ['edit', call(false), 'taken'],
    ['reject', resolved('c', 'rejected'), 'taken'],
    ['reject', call(false), 'late'],
    ['reject', resolved('c', 'cancelled'), 'late'],
    ['approve', error('conflict', 'c'), 'late'],
  ] as const)('%s is answered by %j: %s', (decision, answer, outcome) => {
    const posting = decisionPosting({ type: 'hitl_decision', call_id: 'c', decision })
    expect(posting.judge(answer as ServerFrame)).toEqual({ done: outcome })
    expect(posting.judge(call(true))).toBeUndefined()
  })

  test('edited arguments that are not valid come back to the person', () => {
    const posting = decisionPosting({ type: 'hitl_decision', call_id: 'c', decision: 'edit' })
    expect(posting.judge(error('invalid_message', 'c'))).toMatchObject({
      failed: { code: 'invalid_request' },
    })
  })

  test('a change of a file is told when it is echoed, also under a path that had to be cleaned', () => {
    const change = { type: 'file_changed', timestamp: '2026-01-01T00:00:00Z' } as const
    const posting = fileChangePosting({ ...change, path: 'a\nb' })
    expect(posting.judge({ ...change, seq: 1, path: 'other' })).toBeUndefined()
    expect(posting.judge({ ...change, seq: 2, path: 'a\uFFFDb' })).toEqual({ done: undefined })
  })

  test('a cancel is done when the turn has ended', () => {
    const turn = (state: string) => ({ type: 'turn', seq: 1, state, turn_id: 't' }) as ServerFrame
    expect(cancelPosting().judge(turn('started'))).toBeUndefined()
    expect(cancelPosting().judge(turn('cancelled'))).toEqual({ done: undefined })
  })
})
