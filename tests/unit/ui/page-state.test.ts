import type { EngineEvent } from '@codelab/contracts/engine-ui/events'
import { conversationOf, reopened } from '../../../desktop-client/ui/src/state/conversation.ts'
import {
  applyEvent,
  firstPageState,
  type PageState,
} from '../../../desktop-client/ui/src/state/page-state.ts'

const opened = conversationOf({
  session_id: 's1',
  cursor: 10,
  executes: true,
  connection: { state: 'open' },
  items: [
    { kind: 'message', id: 'm1', role: 'user', text: 'one', complete: true },
    { kind: 'message', id: 'm2', role: 'assistant', text: 'two', complete: true },
  ],
  activity: 'idle',
  models: [],
  unsent: [{ id: 'm3', content: 'three' }],
})
const start: PageState = { ...firstPageState, conversations: { s1: opened } }
const after = (...events: EngineEvent[]) => events.reduce(applyEvent, start).conversations['s1']!

const echo = (n: number): EngineEvent => ({
  n,
  type: 'frame',
  session_id: 's1',
  frame: { type: 'user_message', seq: 7, id: 'm3', content: 'three' },
})

test('a frame that the picture already holds changes nothing', () => {
  expect(after(echo(10))).toBe(opened)
})

test('the echo of a message takes it from the unsent ones into the conversation, once', () => {
  const { unsent, said } = after(echo(11), echo(11))
  expect(unsent).toEqual([])
  expect(said.items.map((item) => item.kind === 'message' && item.id)).toEqual(['m1', 'm2', 'm3'])
})

test('a replaced message leaves with all that followed', () => {
  const { said } = after({ n: 11, type: 'replaced', session_id: 's1', message_id: 'm2' })
  expect(said.items.map((item) => item.kind === 'message' && item.id)).toEqual(['m1'])
})

test('a message that was not taken stays with its reason', () => {
  const problem = { code: 'conflict', message: 'no' } as const
  const { unsent } = after({
    n: 11,
    type: 'message_failed',
    session_id: 's1',
    message_id: 'm3',
    content: 'three',
    problem,
  })
  expect(unsent).toEqual([{ id: 'm3', content: 'three', problem }])
})

test('an event of a conversation that is not open here is nobody’s', () => {
  const other = { ...echo(11), session_id: 's2' } as EngineEvent
  expect(applyEvent(start, other)).toBe(start)
})

test('a conversation that was closed keeps what was not sent, and goes without it', () => {
  const kept = applyEvent(start, { n: 11, type: 'closed', session_id: 's1' })
  expect(kept.conversations['s1']).toMatchObject({ stale: true, unsent: [{ id: 'm3' }] })
  const empty = { ...start, conversations: { s1: { ...opened, unsent: [] } } }
  expect(applyEvent(empty, { n: 11, type: 'closed', session_id: 's1' }).conversations).toEqual({})
})

test('a conversation that is opened again still holds what nobody has taken', () => {
  const again = { ...opened, unsent: [] }
  expect(reopened(opened, again).unsent).toMatchObject([
    { id: 'm3', content: 'three', problem: { code: 'unavailable' } },
  ])
  const taken = after(echo(11))
  expect(reopened(opened, { ...taken, unsent: [] }).unsent).toEqual([])
  expect(reopened(undefined, opened)).toEqual(opened)
})

test('an event of a newer engine is shown as it came, once', () => {
  const event = { n: 11, type: 'weather', text: 'rain' } as unknown as EngineEvent
  const { notices } = applyEvent(applyEvent(start, event), event)
  expect(notices).toHaveLength(1)
  expect(notices[0]?.text).toContain('rain')
})

test('events of the lists are no news for the page', () => {
  expect(applyEvent(start, { n: 11, type: 'git', project: 'p' })).toBe(start)
})

test('a problem that belongs to no screen is told at once, an approval waits in the list', () => {
  const notification = (kind: 'problem' | 'approval', id: string): EngineEvent => ({
    n: 11,
    type: 'notification',
    notification: { id, at: '2026-01-01T00:00:00Z', kind, title: 'CodeLab', text: `${kind} text` },
  })
  const told = [notification('approval', 'a'), notification('problem', 'b')].reduce(
    applyEvent,
    start,
  )
  expect(told.notifications.map(({ id }) => id)).toEqual(['b', 'a'])
  expect(told.notices).toMatchObject([{ text: 'problem text' }])
})

test('who signs in after somebody else does not find the other’s conversation in front', () => {
  const account = (id: string | undefined, server = 'https://a.example'): EngineEvent => ({
    n: 11,
    type: 'account',
    account: {
      server,
      state: id === undefined ? 'signed_out' : 'signed_in',
      ...(id !== undefined && { person: { id, roles: [] } }),
    },
  })
  const front = (...events: EngineEvent[]) =>
    events.reduce(applyEvent, { ...start, session: 's1' }).session
  expect(front(account('ada'))).toBe('s1')
  expect(front(account('ada'), account(undefined), account('ada'))).toBe('s1')
  expect(front(account('ada'), account(undefined))).toBe('s1')
  expect(front(account('ada'), account(undefined), account('bob'))).toBeUndefined()
  expect(front(account('ada'), account('ada', 'https://b.example'))).toBeUndefined()
})
