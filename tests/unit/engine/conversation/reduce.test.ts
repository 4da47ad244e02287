import type { ServerFrame } from '@codelab/contracts/frames'
import { itemsOf } from '@codelab/engine/conversation/history'
import { reduce } from '@codelab/engine/conversation/reduce'
import { emptyConversation, isBusy, pendingApprovals } from '@codelab/engine/conversation/state'

const after = (...frames: object[]) =>
  frames.reduce<typeof emptyConversation>(
    (state, frame, index) => reduce(state, { seq: index + 1, ...frame } as ServerFrame),
    emptyConversation,
  )
const token = (text: string, id = 'm') => ({
  type: 'assistant_message',
  message_id: id,
  token: text,
  is_final: false,
})
const final = (content: string, extra = {}) => ({
  type: 'assistant_message',
  message_id: 'm',
  token: '',
  is_final: true,
  content,
  finish_reason: 'stop',
  ...extra,
})
const call = (requires_approval: boolean, args: object = { path: 'a' }) => ({
  type: 'tool_call',
  call_id: 'c',
  tool_name: 'delete_file',
  arguments: args,
  requires_approval,
})
const resolved = (outcome: string) => ({ type: 'tool_resolved', call_id: 'c', outcome })
const turn = (state: string) => ({ type: 'turn', state, turn_id: 't' })

describe('reduce', () => {
  test('pieces of text become one message, and its end has the last word', () => {
    const streaming = after(token('Hel'), token('lo'))
    expect(streaming.items).toEqual([
      { kind: 'message', id: 'm', role: 'assistant', text: 'Hello', complete: false },
    ])
    expect(after(token('Hel'), final('Hello.')).items).toMatchObject([
      { text: 'Hello.', complete: true, finish: 'stop' },
    ])
  })

  test('the tokens of an answer stay with it, said now or stored', () => {
    const usage = { input_tokens: 12, output_tokens: 3 }
    expect(after(token('Hi'), final('Hi', { usage })).items).toMatchObject([{ usage }])
    const stored = { id: 'm', role: 'assistant' as const, content: 'Hi', created_at: '', usage }
    expect(itemsOf([stored])).toMatchObject([{ usage }])
  })

  test('a discarded attempt leaves nothing behind', () => {
    const state = after(token('half'), {
      type: 'message_discarded',
      message_id: 'm',
      reason: 'cut',
    })
    expect(state.items).toEqual([])
  })

  test('a call waits for approval, is released with the edited arguments, and ends', () => {
    expect(pendingApprovals(after(call(true)))).toHaveLength(1)
    const released = after(call(true), call(false, { path: 'b' }))
    expect(pendingApprovals(released)).toEqual([])
    expect(released.items).toMatchObject([{ state: 'ready', arguments: { path: 'b' } }])
    expect(after(call(true), resolved('rejected')).items).toMatchObject([{ state: 'rejected' }])
  })

  test('a pending approval from the first frame does not reopen a call that has ended', () => {
    const state = after(call(true), resolved('executed'), {
      type: 'session',
      session_id: 's',
      last_seq: 2,
      resumed: true,
      state: 'idle',
      pending_approvals: [call(true)],
      models: [],
      limits: {},
      server_version: '1',
    })
    expect(pendingApprovals(state)).toEqual([])
  })

  test('an outcome that arrives twice, or for an unknown call, changes nothing', () => {
    const once = after(call(false), resolved('executed'))
    expect(reduce(once, { seq: 3, ...resolved('executed') } as ServerFrame).items).toEqual(
      once.items,
    )
    expect(after(resolved('executed'))).toEqual(emptyConversation)
  })

  test('the same message of the person twice is one', () => {
    const said = { type: 'user_message', id: 'u', content: 'hi' }
    expect(after(said, said).items).toHaveLength(1)
  })

  test('a turn is busy from its start to its end', () => {
    expect(isBusy(after(turn('started')))).toBe(true)
    for (const state of ['finished', 'cancelled', 'failed']) {
      expect(isBusy(after(turn('started'), turn(state)))).toBe(false)
    }
  })

  test('a failure of the turn is shown, one of a single frame is not', () => {
    const error = { type: 'error', code: 'upstream_failed', message: 'down' }
    expect(after(error).items).toEqual([
      { kind: 'error', code: 'upstream_failed', message: 'down' },
    ])
    expect(after({ ...error, in_reply_to: 'x' }).items).toEqual([])
  })

  test('earlier states are never changed', () => {
    const before = after(token('a'))
    const copy = structuredClone(before)
    reduce(before, { seq: 2, ...token('b') } as ServerFrame)
    expect(before).toEqual(copy)
  })
})

describe('stored messages', () => {
  const created_at = '2026-01-01T00:00:00Z'
  test('become what a live conversation would show', () => {
    const items = itemsOf([
      { id: '1', role: 'user', content: 'read', created_at },
      {
        id: '2',
        role: 'assistant',
        content: '',
        created_at,
        tool_calls: [{ call_id: 'c', tool_name: 'read_file', arguments: { path: 'a' } }],
      },
      { id: '3', role: 'tool', content: 'text', created_at, call_id: 'c' },
      { id: '4', role: 'assistant', content: 'done', created_at },
      { id: '5', role: 'assistant', content: 'gone', created_at, replaced: true },
    ])
    expect(items.map((item) => (item.kind === 'call' ? item.state : item.kind))).toEqual([
      'message',
      'executed',
      'message',
    ])
  })
})
