import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChangedText, FileChangeRecord } from '@codelab/contracts/engine-ui/changes'
import {
  type CallResultPart,
  maxResultPart,
  type OpenedConversation,
} from '@codelab/contracts/engine-ui/conversations'
import type { JobStep } from '@codelab/contracts/engine-ui/jobs'
import { until } from '../../support/until.ts'
import { startStandIn, type StandIn } from '../engine-connection/stand-in.ts'
import { type EngineUnderTest, startEngineUnderTest } from './engine-under-test.ts'

let standIn: StandIn
let engine: EngineUnderTest
let session: string
beforeEach(async () => {
  standIn = await startStandIn()
  for (const list of ['approvals', 'sessions', 'jobs'])
    standIn.rest.set(`/api/v1/${list}`, { items: [] })
  const echo = standIn.onFrame
  standIn.onFrame = (frame, socket) => {
    echo(frame, socket)
    if (frame.type === 'tool_claim') standIn.tell({ type: 'tool_claimed', call_id: frame.call_id })
    if (frame.type === 'tool_result')
      standIn.append({ type: 'tool_resolved', call_id: frame.call_id, outcome: 'executed' })
  }
  engine = await startEngineUnderTest(standIn.url)
  await until('signed in', async () => {
    const { state } = await engine.page.get<{ state: string }>('/api/v1/account')
    return state === 'signed_in'
  })
  await engine.page.listen()
  const body = { project: engine.projectId }
  session = (await engine.page.post<OpenedConversation>('/api/v1/conversations', body)).session_id
  await until('connected', () =>
    engine.page.of('connection').some(({ connection }) => connection.state === 'open'),
  )
})
afterEach(async () => {
  await engine.stop()
  await standIn.stop()
})

describe('what a call answered', () => {
  const pathOf = (call: string, query = '') =>
    `/api/v1/sessions/${session}/calls/${call}/result${query}`
  const part = (call: string, query = '') => engine.page.get<CallResultPart>(pathOf(call, query))
  const run = async (call_id: string, tool_name: string, args: Record<string, unknown>) => {
    standIn.append({ type: 'turn', state: 'started', turn_id: 't' })
    standIn.append({
      type: 'tool_call',
      call_id,
      tool_name,
      arguments: args,
      requires_approval: false,
    })
    await until('it has run', () =>
      standIn.received.some((frame) => frame.type === 'tool_result' && frame.call_id === call_id),
    )
  }

  test('is read as this machine kept it, in parts that make up the whole', async () => {
    // Each ship takes two units, so that a cut in the middle would show.
    const text = '⛵🚢'.repeat(maxResultPart)
    await writeFile(join(engine.project, 'ships.txt'), text)
    await run('c1', 'read_file', { path: 'ships.txt' })
    let whole = ''
    let parts = 0
    for (let offset: number | undefined = 0; offset !== undefined; parts += 1) {
      const read: CallResultPart = await part('c1', `?offset=${offset}`)
      expect(read).toMatchObject({ kind: 'text', offset, total: text.length })
      expect(read.text.isWellFormed()).toBe(true)
      expect(read.text.length).toBeLessThanOrEqual(maxResultPart)
      whole += read.text
      offset = read.next_offset
    }
    expect(parts).toBeGreaterThan(2)
    expect(whole).toBe(text)
  })

  test('is data laid out for reading, or the tool’s failure', async () => {
    await writeFile(join(engine.project, 'a.txt'), 'a')
    await run('c1', 'write_file', { path: 'b.txt', content: 'b' })
    expect(await part('c1')).toMatchObject({
      kind: 'data',
      text: expect.stringContaining('\n'),
    })
    await run('c3', 'execute_command', { argv: ['printf', 'one\\ntwo'] })
    expect((await part('c3')).text).toContain('stdout:\none\ntwo')
    await run('c2', 'read_file', { path: 'none.txt' })
    expect(await part('c2')).toMatchObject({
      kind: 'error',
      text: expect.stringContaining('none.txt'),
    })
  })

  test('is else looked for in the stored messages; one that is nowhere says so', async () => {
    const created_at = '2026-01-01T00:00:00Z'
    const refused = '{"error":{"code":"rejected_by_user","message":"The user said no."}}'
    standIn.rest.set(`/api/v1/sessions/${session}/messages`, {
      items: [
        { id: 'm1', role: 'tool', call_id: 'far', content: 'from afar', created_at },
        { id: 'm2', role: 'tool', call_id: 'no', content: refused, created_at },
      ],
    })
    expect(await part('far')).toEqual({ kind: 'text', text: 'from afar', offset: 0, total: 9 })
    expect(await part('no')).toMatchObject({ kind: 'error', text: 'The user said no.' })
    expect(await part('far', '?offset=99')).toMatchObject({ text: '' })
    const failed = await engine.page.fails('GET', pathOf('none'))
    expect([failed.status, failed.reason]).toEqual([404, 'result_missing'])
  })
})

describe('a text of the conversation that is applied', () => {
  const base = () => `/api/v1/projects/${engine.projectId}/changes`
  type Proposal = { path: string; before: string | null; version: string | null; hidden: unknown[] }
  const propose = (path: string, text: string) =>
    engine.page.post<Proposal>(`${base()}/propose`, { path, text })
  const apply = (path: string, text: string, version: string | null) =>
    engine.page.post<FileChangeRecord>(base(), { path, text, version, session_id: session })
  const at = (path: string) => join(engine.project, path)

  test('is shown first, written over what was shown, told to the agent, and undone', async () => {
    await writeFile(at('a.txt'), 'before\n')
    const { before, version } = await propose('a.txt', 'after\n')
    expect(before).toBe('before\n')
    expect(await readFile(at('a.txt'), 'utf8')).toBe('before\n')
    const change = await apply('a.txt', 'after\n', version)
    expect(change).toMatchObject({ tool: 'apply', session_id: session, undoable: true })
    expect(await readFile(at('a.txt'), 'utf8')).toBe('after\n')
    await until('the agent hears of it', () =>
      standIn.received.some((frame) => frame.type === 'file_changed' && frame.path === 'a.txt'),
    )
    const { texts } = await engine.page.get<{ texts: ChangedText[] }>(`${base()}/${change.id}`)
    expect(texts).toEqual([
      {
        path: 'a.txt',
        before: { kind: 'text', text: 'before\n' },
        now: { kind: 'text', text: 'after\n' },
        untouched: true,
      },
    ])
    await engine.page.post(`${base()}/undo`, { id: change.id })
    expect(await readFile(at('a.txt'), 'utf8')).toBe('before\n')
  })

  test('makes a new file with its folders, which an undo takes away again', async () => {
    const { before, version } = await propose('new/deep/a.txt', 'x')
    expect([before, version]).toEqual([null, null])
    const change = await apply('new/deep/a.txt', 'x', null)
    expect(await readFile(at('new/deep/a.txt'), 'utf8')).toBe('x')
    await engine.page.post(`${base()}/undo`, { id: change.id })
    await expect(stat(at('new'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('is not written over what somebody else wrote meanwhile', async () => {
    await writeFile(at('a.txt'), 'before\n')
    const { version } = await propose('a.txt', 'after\n')
    await writeFile(at('a.txt'), 'theirs\n')
    const body = { path: 'a.txt', text: 'after\n', version, session_id: session }
    expect((await engine.page.fails('POST', base(), body)).reason).toBe('file_changed')
    const blind = { ...body, version: null }
    expect((await engine.page.fails('POST', base(), blind)).reason).toBe('file_exists')
    expect(await readFile(at('a.txt'), 'utf8')).toBe('theirs\n')
  })

  test('names what is hidden in it and who would obey it; what is not for tools is refused', async () => {
    const seen = await engine.page.post<{ warnings: { code: string }[]; hidden: unknown[] }>(
      `${base()}/propose`,
      { path: '.env', text: 'A=\u202e1' },
    )
    expect(seen.warnings.map(({ code }) => code).toSorted()).toEqual([
      'always_asks',
      'hidden_characters',
    ])
    expect(seen.hidden).toMatchObject([{ field: 'after', code: 'U+202E' }])
    for (const path of ['.git/config', '../out.txt', '/etc/passwd']) {
      const body = { path, text: 'x', version: null, session_id: session }
      expect((await engine.page.fails('POST', base(), body)).status).toBeGreaterThanOrEqual(400)
    }
    await expect(stat(at('../out.txt'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

test('the log of a job holds each step that the session told', async () => {
  const step = (progress: number, note: string) =>
    standIn.append({ type: 'job', job_id: 'j1', state: 'running', progress, note })
  step(0.1, 'Step 1')
  step(0.2, 'Step 2')
  const log = () => engine.page.get<{ items: JobStep[] }>('/api/v1/jobs/j1/log')
  await until('both', async () => (await log()).items.length === 2)
  expect((await log()).items.map(({ note }) => note)).toEqual(['Step 1', 'Step 2'])
})

test('a line that waits for its next try is tried at once when the person asks', async () => {
  let refuse = true
  standIn.onOpen = (socket) => {
    if (refuse) socket.close(4029)
    return !refuse
  }
  standIn.cut()
  const waits = () => {
    const connection = engine.page.of('connection').at(-1)?.connection
    return connection?.state === 'waiting' && connection.retry_in_ms >= 5_000
      ? connection
      : undefined
  }
  const { retry_in_ms: pause } = await until('a long pause', waits)
  refuse = false
  const before = performance.now()
  await engine.page.post(`/api/v1/conversations/${session}/reconnect`)
  await until('open again', () => engine.page.of('connection').at(-1)?.connection.state === 'open')
  expect(performance.now() - before).toBeLessThan(pause)
})
