import type { WaitingCall } from '@codelab/contracts/engine-ui/approvals'
import { applyEvent, firstPageState } from '../../../desktop-client/ui/src/state/page-state.ts'
import { askedNow, waitingQueue } from '../../../desktop-client/ui/src/state/waiting-queue.ts'

const call = (session_id: string, call_id: string): WaitingCall => ({
  session_id,
  call_id,
  tool_name: 'write_file',
  arguments: {},
  requires_approval: true,
  created_at: '2026-01-01T00:00:00Z',
  title: null,
  asked_by: 'workspace',
  editable: true,
})
const approvals = [call('other', 'a'), call('front', 'b'), call('front', 'c')]
const state = { ...firstPageState, session: 'front', approvals }
const idOf = (asked: ReturnType<typeof askedNow>) =>
  asked && [asked.call.call_id, asked.index, asked.count]

test('the session in front comes first, the others follow, each in its order', () => {
  expect(waitingQueue(state).map(({ call_id }) => call_id)).toEqual(['b', 'c', 'a'])
})

test('a call of the session in front is asked about by itself, one of another only when it is chosen', () => {
  expect(idOf(askedNow(state))).toEqual(['b', 0, 3])
  expect(askedNow({ ...state, session: undefined })).toBeUndefined()
  expect(idOf(askedNow({ ...state, call: 'a' }))).toEqual(['a', 2, 3])
})

test('what was put aside is not asked about until it is chosen', () => {
  const aside = { ...state, aside: true }
  expect(askedNow(aside)).toBeUndefined()
  expect(idOf(askedNow({ ...aside, call: 'c' }))).toEqual(['c', 1, 3])
})

test('a decision leads on to the next of the session; after its last nothing is aside any more', () => {
  const chosen = { ...state, call: 'b', aside: true }
  const after = applyEvent(chosen, {
    n: 1,
    type: 'approvals',
    items: approvals.filter(({ call_id }) => call_id !== 'b'),
  })
  expect([after.call, after.aside]).toEqual([undefined, true])
  const done = applyEvent(after, { n: 2, type: 'approvals', items: [call('other', 'a')] })
  expect(done.aside).toBe(false)
})
