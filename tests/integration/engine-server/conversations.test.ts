import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Preview, WaitingCall } from '@codelab/contracts/engine-ui/approvals'
import type { OpenedConversation, SessionItem } from '@codelab/contracts/engine-ui/conversations'
import { closeCodes } from '@codelab/contracts/errors'
import type { ClientFrame } from '@codelab/contracts/frames'
import type { Session } from '@codelab/contracts/sessions'
import { itemsOf } from '@codelab/engine/conversation/history'
import { reduce } from '@codelab/engine/conversation/reduce'
import {
  type ConversationState,
  emptyConversation,
  type Item,
} from '@codelab/engine/conversation/state'
import { until } from '../../support/until.ts'
import { startStandIn, type StandIn } from '../engine-connection/stand-in.ts'
import { type EngineUnderTest, startEngineUnderTest } from './engine-under-test.ts'

let standIn: StandIn
let engine: EngineUnderTest
beforeEach(async () => {
  standIn = await startStandIn()
  standIn.rest.set('/api/v1/approvals', { items: [] })
  standIn.rest.set('/api/v1/sessions', { items: [] })
  standIn.rest.set('/api/v1/jobs', { items: [] })
  engine = await startEngineUnderTest(standIn.url)
  await until('signed in', async () => {
    const { state } = await engine.page.get<{ state: string }>('/api/v1/account')
    return state === 'signed_in'
  })
})
afterEach(async () => {
  await engine.stop()
  await standIn.stop()
})

const begin = () =>
  engine.page.post<OpenedConversation>('/api/v1/conversations', { project: engine.projectId })
const resume = (session_id: string) =>
  engine.page.post<OpenedConversation>('/api/v1/conversations', { session_id })
const sent = <Type extends ClientFrame['type']>(type: Type) =>
  standIn.received.filter(
    (frame): frame is Extract<ClientFrame, { type: Type }> => frame.type === type,
  )
const frames = () => engine.page.of('frame')
const waiting = () => engine.page.get<{ items: WaitingCall[] }>('/api/v1/approvals')
const connected = () =>
  until('connected', () =>
    engine.page.of('connection').some(({ connection }) => connection.state === 'open'),
  )

/** What a page shows: the picture it was given and every event since. */
function shown(opened: OpenedConversation): ConversationState {
  let state: ConversationState = { ...emptyConversation, items: opened.items as readonly Item[] }
  for (const event of engine.page.events) {
    if (event.n <= opened.cursor || !('session_id' in event)) continue
    if (event.type === 'frame') state = reduce(state, event.frame)
    if (event.type === 'replaced') {
      const index = state.items.findIndex(
        (item) => item.kind === 'message' && item.id === event.message_id,
      )
      if (index >= 0) state = { ...state, items: state.items.slice(0, index) }
    }
  }
  return state
}

function callFor(tool_name: string, args: Record<string, unknown>, requires_approval = true): void {
  standIn.append({ type: 'turn', state: 'started', turn_id: 't' })
  standIn.append({
    type: 'tool_call',
    call_id: 'c1',
    tool_name,
    arguments: args,
    requires_approval,
  })
}

/** Answers as the workspace does: a decision releases or rejects the call, a claim is granted, a result resolves it. */
function playWorkspace(): void {
  const echo = standIn.onFrame
  standIn.onFrame = (frame, socket) => {
    echo(frame, socket)
    const call = standIn.log.findLast((one) => one.type === 'tool_call')
    if (frame.type === 'hitl_decision' && call?.type === 'tool_call') {
      const { tool_name, arguments: args } = call
      if (frame.decision === 'reject')
        standIn.append({ type: 'tool_resolved', call_id: 'c1', outcome: 'rejected' })
      else
        standIn.append({
          type: 'tool_call',
          call_id: 'c1',
          tool_name,
          arguments: frame.modified_arguments ?? args,
          requires_approval: false,
        })
    }
    if (frame.type === 'tool_claim') standIn.tell({ type: 'tool_claimed', call_id: frame.call_id })
    if (frame.type === 'tool_result')
      standIn.append({
        type: 'tool_resolved',
        call_id: frame.call_id,
        outcome: frame.error ? 'failed' : 'executed',
      })
  }
}

describe('a conversation', () => {
  test('begins in a project, is sent to, and tells its frames with the session’s id', async () => {
    await engine.page.listen()
    const opened = await begin()
    expect(opened).toMatchObject({ executes: true, bound_to: engine.project, items: [] })
    const message = { id: 'm1', content: 'hello' }
    const path = `/api/v1/conversations/${opened.session_id}/messages`
    expect(await engine.page.post(path, message)).toEqual({ message_id: 'm1', stored: true })
    standIn.append({ type: 'assistant_message', message_id: 'a1', token: 'Hi ', is_final: false })
    standIn.append({ type: 'assistant_message', message_id: 'a1', token: 'you', is_final: false })
    await until(
      'both pieces',
      () => frames().filter(({ frame }) => frame.type === 'assistant_message').length === 2,
    )
    expect(shown(opened).items).toMatchObject([
      { role: 'user', text: 'hello' },
      { role: 'assistant', text: 'Hi you', complete: false },
    ])
    expect(new Set(frames().map(({ session_id }) => session_id))).toEqual(
      new Set([opened.session_id]),
    )
  })

  test('opened late, or twice, shows the same as one that was there all the time', async () => {
    await engine.page.listen()
    const first = await begin()
    await connected()
    standIn.append({ type: 'user_message', id: 'm1', content: 'one' })
    standIn.append({ type: 'assistant_message', message_id: 'a1', token: 'two', is_final: false })
    await until('both', () => frames().length >= 3)
    const second = await resume(first.session_id)
    standIn.append({
      type: 'assistant_message',
      message_id: 'a1',
      token: ' three',
      is_final: false,
    })
    await until(
      'the last',
      () => shown(second).items.at(-1)?.kind === 'message' && frames().length >= 4,
    )
    expect(shown(second).items).toEqual(shown(first).items)
  })

  test('a page that was away has, by its cursor, each event once and in order', async () => {
    const first = await engine.page.listen()
    await begin()
    await connected()
    const last = () => engine.page.events.at(-1)?.n ?? 0
    const cursor = last()
    first.terminate()
    standIn.append({ type: 'user_message', id: 'm1', content: 'one' })
    standIn.append({ type: 'user_message', id: 'm2', content: 'two' })
    await until(
      'both are there',
      async () => (await engine.page.get<{ cursor: number }>('/api/v1/state')).cursor >= cursor + 2,
    )
    await engine.page.listen(cursor)
    standIn.append({ type: 'user_message', id: 'm3', content: 'three' })
    await until(
      'all three',
      () => frames().filter(({ frame }) => frame.type === 'user_message').length === 3,
    )
    const numbers = engine.page.events.filter(({ type }) => type !== 'hello').map(({ n }) => n)
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index))
    await engine.page.listen(9_999_999)
    expect(engine.page.of('hello').at(-1)?.reset).toBe(true)
  })

  test('edit and resend: what is replaced leaves the picture of every page', async () => {
    await engine.page.listen()
    const opened = await begin()
    const path = `/api/v1/conversations/${opened.session_id}/messages`
    await engine.page.post(path, { id: 'm1', content: 'first' })
    standIn.append({
      type: 'assistant_message',
      message_id: 'a1',
      token: '',
      is_final: true,
      content: 'answer',
    })
    await until('answered', () => shown(opened).items.length === 2)
    await engine.page.post(path, { id: 'm2', content: 'second', replaces: 'm1' })
    await until('replaced', () => engine.page.of('replaced').length > 0)
    await until('echoed', () =>
      shown(opened).items.some((item) => item.kind === 'message' && item.id === 'm2'),
    )
    expect(shown(opened).items).toMatchObject([{ text: 'second' }])
    expect(sent('user_message').at(-1)).toMatchObject({ id: 'm2', replaces: 'm1' })
    expect((await resume(opened.session_id)).items).toMatchObject([{ text: 'second' }])
  })

  test('history comes in pages', async () => {
    const message = (id: number) => ({
      id: `m${id}`,
      role: 'user',
      content: `${id}`,
      created_at: '2026-01-01T00:00:00Z',
    })
    const items = Array.from({ length: 100 }, (_, index) => message(index))
    standIn.rest.set('/api/v1/sessions/s1/messages', { items, next_cursor: 'm0' })
    const opened = await resume('s1')
    expect(opened.items).toEqual(itemsOf(items as never))
    expect(opened).toMatchObject({ older: 'm0', executes: false })
    const page = await engine.page.get<{ items: unknown[] }>(
      '/api/v1/sessions/s1/messages?before=m0&limit=200',
    )
    expect(page.items.length).toBe(100)
  })

  test('a line that is cut is told, and what was sent meanwhile arrives once', async () => {
    await engine.page.listen()
    const opened = await begin()
    await connected()
    let refuse = true
    standIn.onOpen = (socket) => {
      if (refuse) socket.close(1012)
      return !refuse
    }
    standIn.cut()
    await until('told', () =>
      engine.page.of('connection').some(({ connection }) => connection.state === 'waiting'),
    )
    const path = `/api/v1/conversations/${opened.session_id}/messages`
    expect(await engine.page.post(path, { id: 'm1', content: 'later' })).toEqual({
      message_id: 'm1',
      stored: false,
    })
    expect((await resume(opened.session_id)).unsent).toEqual([{ id: 'm1', content: 'later' }])
    refuse = false
    await until('stored', () => shown(opened).items.length === 1)
    expect(standIn.log.filter(({ type }) => type === 'user_message')).toHaveLength(1)
    expect((await resume(opened.session_id)).unsent).toEqual([])
  })

  test('one that has ended is opened anew by what is sent to it; pages keep what they show', async () => {
    await engine.page.listen()
    const opened = await begin()
    await connected()
    standIn.close(closeCodes.tooManyConnections)
    const states = () => engine.page.of('connection').map(({ connection }) => connection.state)
    await until('ended', () => states().at(-1) === 'ended')
    const path = `/api/v1/conversations/${opened.session_id}/messages`
    const [stored, again] = await Promise.all([
      engine.page.post(path, { id: 'm1', content: 'go on' }),
      resume(opened.session_id),
    ])
    expect(stored).toEqual({ message_id: 'm1', stored: true })
    expect(again.session_id).toBe(opened.session_id)
    expect(standIn.upgrades).toHaveLength(2)
    expect(standIn.log.filter(({ type }) => type === 'user_message')).toHaveLength(1)
    await until('told', () => engine.page.of('reload').length > 0)
    expect(engine.page.of('closed')).toEqual([])
  })

  test('one that has ended and cannot be opened anew says so to who sends to it', async () => {
    await engine.page.listen()
    const opened = await begin()
    await connected()
    standIn.close(closeCodes.tooManyConnections)
    await until('ended', () => engine.page.of('connection').at(-1)?.connection.state === 'ended')
    standIn.rest.set(`/api/v1/sessions/${opened.session_id}/messages`, 503)
    const path = `/api/v1/conversations/${opened.session_id}/messages`
    const failed = await engine.page.fails('POST', path, { id: 'm1', content: 'go on' })
    expect([failed.status, failed.reason]).toEqual([503, 'workspace_suspended'])
    await until('closed', () => engine.page.of('closed').length > 0)
  })

  test('a message that the workspace does not take is told with its text', async () => {
    await engine.page.listen()
    const opened = await begin()
    await connected()
    standIn.onFrame = () => undefined
    const path = `/api/v1/conversations/${opened.session_id}/messages`
    await engine.page.post(path, { id: 'm1', content: 'kept' })
    standIn.close(4010)
    await until('told', () => engine.page.of('message_failed').length > 0)
    expect(engine.page.of('message_failed')[0]).toMatchObject({ message_id: 'm1', content: 'kept' })
    expect(engine.page.of('connection').at(-1)?.connection.state).toBe('expired')
  })
})

describe('an approval', () => {
  const decide = (body: unknown) =>
    engine.page.post<{ outcome: string }>(`/api/v1/approvals/${session}/c1`, body)
  const preview = (body: unknown = {}) =>
    engine.page.post<Preview>(`/api/v1/approvals/${session}/c1/preview`, body)
  let session: string
  beforeEach(async () => {
    playWorkspace()
    await writeFile(join(engine.project, 'a.txt'), 'before\n')
    await engine.page.listen()
    session = (await begin()).session_id
    await connected()
  })
  const asks = async (tool: string, args: Record<string, unknown>, requires = true) => {
    callFor(tool, args, requires)
    return await until('it waits', async () => (await waiting()).items[0])
  }
  const text = () => readFile(join(engine.project, 'a.txt'), 'utf8')

  test('shows both sides, and does on approval what was shown', async () => {
    const call = await asks('write_file', { path: 'a.txt', content: 'after\n' })
    expect(call).toMatchObject({ session_id: session, asked_by: 'workspace', editable: true })
    await until('it is notified', () => engine.page.of('notification').length > 0)
    expect(engine.page.of('notification').map(({ notification }) => notification)).toMatchObject([
      { kind: 'approval', call_id: 'c1', text: 'write_file a.txt' },
    ])
    const seen = await preview()
    expect(seen.effect).toEqual({
      kind: 'text_change',
      path: 'a.txt',
      before: { kind: 'text', text: 'before\n' },
      after: 'after\n',
    })
    expect(await text()).toBe('before\n')
    expect(await decide({ decision: 'approve', preview_id: seen.preview_id })).toEqual({
      outcome: 'taken',
    })
    await until('written', async () => (await text()) === 'after\n')
    await until('no longer waits', async () => (await waiting()).items.length === 0)
    type Changes = { items: { id: string; steps: unknown[]; undoable: boolean }[] }
    const changes = `/api/v1/projects/${engine.projectId}/changes`
    const { items } = await engine.page.get<Changes>(changes)
    expect(items).toMatchObject([
      { steps: [{ kind: 'modified', path: 'a.txt' }], undoable: true, session_id: session },
    ])
    await engine.page.post(`${changes}/undo`, { id: items[0]?.id })
    expect(await text()).toBe('before\n')
  })

  test('is told again with its session’s title once that is known', async () => {
    await asks('write_file', { path: 'a.txt', content: 'after\n' })
    const at = '2026-01-01T00:00:00Z'
    standIn.rest.set('/api/v1/sessions', {
      items: [
        {
          id: session,
          title: 'Ours',
          archived: false,
          state: 'waiting_approval',
          last_seq: 2,
          pending_approvals: 1,
          created_at: at,
          last_activity_at: at,
        },
      ],
    })
    standIn.append({ type: 'user_message', id: 'm1', content: 'more' })
    await until('the title', () => engine.page.of('approvals').at(-1)?.items[0]?.title === 'Ours')
  })

  test('nothing is approved unseen, and not what was shown before', async () => {
    await asks('write_file', { path: 'a.txt', content: 'after\n' })
    const path = `/api/v1/approvals/${session}/c1`
    const blind = { decision: 'approve', preview_id: 'x' }
    expect((await engine.page.fails('POST', path, blind)).reason).toBe('look_again')
    const first = await preview()
    await preview({ arguments: { path: 'a.txt', content: 'other\n' } })
    const stale = { decision: 'approve', preview_id: first.preview_id }
    expect((await engine.page.fails('POST', path, stale)).reason).toBe('look_again')
    expect(sent('hitl_decision')).toEqual([])
  })

  test('edited arguments are shown, then sent as an edit', async () => {
    await asks('write_file', { path: 'a.txt', content: 'after\n' })
    const seen = await preview({ arguments: { path: 'a.txt', content: 'edited\u202e\n' } })
    expect(seen).toMatchObject({
      edited: true,
      hidden: [{ field: 'after', line: 1, column: 7, code: 'U+202E' }],
    })
    expect(seen.warnings.map(({ code }) => code)).toContain('hidden_characters')
    await decide({ decision: 'approve', preview_id: seen.preview_id })
    expect(sent('hitl_decision')).toMatchObject([
      { decision: 'edit', modified_arguments: { content: 'edited\u202e\n' } },
    ])
    await until('written', async () => (await text()) === 'edited\u202e\n')
  })

  test('a rejection carries its reason; the words of a command are shown one by one', async () => {
    await asks('execute_command', { argv: ['rm', '-rf', 'a b', '\u001b[31m'] })
    const seen = await preview()
    expect(seen.effect).toMatchObject({
      kind: 'command',
      argv: ['rm', '-rf', 'a b', '\u001b[31m'],
      cwd: engine.project,
    })
    expect(seen.hidden).toMatchObject([{ field: 'argv.3', code: 'U+001B' }])
    await decide({ decision: 'reject', feedback: 'no' })
    expect(sent('hitl_decision')).toMatchObject([{ decision: 'reject', feedback: 'no' }])
  })

  test('what would fail says so, and can be rejected', async () => {
    await asks('edit_file', { path: 'none.txt', edits: [{ old: 'a', new: 'b' }] })
    expect((await preview()).effect).toMatchObject({ kind: 'impossible', code: 'file_not_found' })
    expect(await decide({ decision: 'reject' })).toEqual({ outcome: 'taken' })
  })

  describe('by a rule of this machine', () => {
    const rules = (...approval_rules: unknown[]) =>
      engine.page.patch('/api/v1/settings', { approval_rules })

    test('holds back what the workspace lets pass, until the person here has decided', async () => {
      await rules({ tool: 'read_file', path: 'a.*', action: 'ask', reason: 'mine' })
      const call = await asks('read_file', { path: 'a.txt' }, false)
      expect(call).toMatchObject({ asked_by: 'machine', editable: false, reason: 'mine' })
      expect(sent('tool_claim')).toEqual([])
      const { preview_id } = await preview()
      await decide({ decision: 'approve', preview_id })
      await until('answered', () => sent('tool_result').length > 0)
      expect(sent('tool_result')).toMatchObject([{ result: 'before\n' }])
      expect(sent('hitl_decision')).toEqual([])
    })

    test('a rejection there reaches the model as one', async () => {
      await rules({ tool: '*', action: 'ask' })
      await asks('read_file', { path: 'a.txt' }, false)
      await decide({ decision: 'reject', feedback: 'private' })
      await until('answered', () => sent('tool_result').length > 0)
      const [{ error } = {}] = sent('tool_result')
      expect(error).toMatchObject({
        code: 'rejected_by_user',
        message: expect.stringContaining('private'),
      })
    })

    test('what it denies is not run, whoever approved it', async () => {
      await rules({ tool: 'write_file', action: 'deny', reason: 'never here' })
      await asks('write_file', { path: 'a.txt', content: 'after\n' })
      const { preview_id } = await preview()
      await decide({ decision: 'approve', preview_id })
      await until('answered', () => sent('tool_result').length > 0)
      expect(sent('tool_result')).toMatchObject([
        { error: { code: 'denied_by_policy', message: 'never here' } },
      ])
      expect(await text()).toBe('before\n')
    })

    test('a file that always asks is asked about here, though the workspace let it pass', async () => {
      const call = await asks('write_file', { path: '.env', content: 'x' }, false)
      expect(call.asked_by).toBe('machine')
      const { preview_id } = await preview()
      await decide({ decision: 'approve', preview_id })
      await until('written', () => stat(join(engine.project, '.env')).catch(() => undefined))
    })

    test('it only narrows', async () => {
      const rule = { tool: 'write_file', action: 'allow' }
      const failed = await engine.page.fails('PATCH', '/api/v1/settings', {
        approval_rules: [rule],
      })
      expect([failed.status, failed.field]).toEqual([400, 'approval_rules.0.action'])
    })
  })
})

describe('the list of sessions', () => {
  const session = (id: string, more: Partial<Session> = {}): Session => ({
    id,
    title: id,
    archived: false,
    state: 'idle',
    last_seq: 5,
    pending_approvals: 0,
    created_at: '2026-01-01T00:00:00Z',
    last_activity_at: '2026-01-01T00:00:00Z',
    ...more,
  })
  const list = async (query = '') =>
    (await engine.page.get<{ items: SessionItem[] }>(`/api/v1/sessions${query}`)).items

  test('marks what is unread, what waits and where it belongs, and finds by title', async () => {
    const { session_id } = await begin()
    const soon = new Date(Date.now() + 60_000).toISOString()
    standIn.rest.set('/api/v1/sessions', {
      items: [
        session(session_id, { title: 'Ours', last_activity_at: soon }),
        session('old'),
        session('waits', { pending_approvals: 1, title: 'Другое' }),
      ],
    })
    const [ours, old, waits] = await list()
    expect(ours).toMatchObject({
      unread: true,
      waiting: false,
      open: true,
      project: { id: engine.projectId },
    })
    expect(old).toMatchObject({ unread: false, open: false })
    expect(waits?.waiting).toBe(true)
    await engine.page.post(`/api/v1/sessions/${session_id}/seen`, { seq: 5 })
    expect((await list())[0]?.unread).toBe(false)
    expect((await list(`?q=${encodeURIComponent('другое')}`)).map(({ id }) => id)).toEqual([
      'waits',
    ])
    expect((await list(`?project=${engine.projectId}`)).map(({ id }) => id)).toEqual([session_id])
  })

  test('what changes elsewhere is told', async () => {
    await engine.page.listen()
    standIn.rest.set('/api/v1/sessions', { items: [session('s9')] })
    await begin()
    await until('told', () =>
      engine.page.of('sessions').some(({ items }) => items.some(({ id }) => id === 's9')),
    )
  })
})
