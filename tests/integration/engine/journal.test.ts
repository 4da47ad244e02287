import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openJournal } from '@codelab/engine/conversation/journal'

const childProgram = join(import.meta.dirname, 'journal-child.ts')
const day = 24 * 3600 * 1000

let top: string
let folder: string
const children: ChildProcess[] = []

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'codelab-journal-'))
  folder = join(top, 'session.journal')
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(top, { recursive: true, force: true })
})

/** Starts a client process that begins a call; answers what it was told. */
async function startClient(callId: string, outcome?: string) {
  const args = [childProgram, folder, callId, 'digest', ...(outcome === undefined ? [] : [outcome])]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, answer: said.toString().trim() }
}

test('a call is new once, then done with its outcome, also for another process', async () => {
  const journal = openJournal(folder)
  expect(await journal.begin('c', 'read_file', 'd')).toBe('new')
  await journal.finish('c', { result: { text: 'x' } })
  for (const one of [journal, openJournal(folder)]) {
    expect(await one.begin('c', 'read_file', 'd')).toBe('done')
    expect(await one.outcomeOf('c')).toEqual({ result: { text: 'x' } })
  }
  expect(await journal.outcomeOf('other')).toBeUndefined()
})

test.each([null, '', 0, false, [], { error: 1 }])(
  'the result %j is kept as it is',
  async (result) => {
    const journal = openJournal(folder)
    await journal.begin('c', 'read_file', 'd')
    await journal.finish('c', { result })
    expect(await openJournal(folder).outcomeOf('c')).toEqual({ result })
  },
)

test('a failure is kept too', async () => {
  const journal = openJournal(folder)
  await journal.begin('c', 'read_file', 'd')
  await journal.finish('c', { error: { code: 'not_text', message: 'no' } })
  expect(await journal.outcomeOf('c')).toEqual({ error: { code: 'not_text', message: 'no' } })
})

test('a call that was begun and not finished is unknown, never new', async () => {
  await openJournal(folder).begin('c', 'write_file', 'd')
  expect(await openJournal(folder).begin('c', 'write_file', 'd')).toBe('unknown')
  expect(await openJournal(folder).outcomeOf('c')).toBeUndefined()
})

test('other work under an id that ran is unknown, and its outcome is not replaced', async () => {
  const journal = openJournal(folder)
  await journal.begin('c', 'write_file', 'd')
  await journal.finish('c', { result: 1 })
  expect(await journal.begin('c', 'write_file', 'other')).toBe('unknown')
  expect(await journal.begin('c', 'delete_file', 'd')).toBe('unknown')
  await journal.finish('c', { error: { code: 'unknown_outcome', message: '' } })
  expect(await journal.outcomeOf('c')).toEqual({ result: 1 })
})

test('who ran the call has the last word over who only found it', async () => {
  const [first, second] = [openJournal(folder), openJournal(folder)]
  await first.begin('c', 'write_file', 'd')
  await second.begin('c', 'write_file', 'd')
  await second.finish('c', { error: { code: 'unknown_outcome', message: '' } })
  await first.finish('c', { result: 'true one' })
  expect(await second.outcomeOf('c')).toEqual({ result: 'true one' })
})

test('a process that is killed while it executes leaves the call unknown', async () => {
  const { child, answer } = await startClient('c')
  expect(answer).toBe('new')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect((await startClient('c')).answer).toBe('unknown')
})

test('of several processes that begin the same calls at once, one has each', async () => {
  const calls = ['a', 'b']
  const answers = await Promise.all(
    calls.flatMap((call) => [1, 2, 3].map(async () => [call, (await startClient(call)).answer])),
  )
  for (const call of calls) {
    const mine = answers.filter(([name]) => name === call).map(([, answer]) => answer)
    expect(mine.filter((answer) => answer === 'new')).toHaveLength(1)
    expect(mine.filter((answer) => answer === 'unknown')).toHaveLength(2)
  }
})

test('of 200 begins at once in this process, one is new', async () => {
  const journals = [openJournal(folder), openJournal(folder)]
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => journals[index % 2]!.begin('c', 'x', 'd')),
  )
  expect(answers.filter((answer) => answer === 'new')).toHaveLength(1)
})

test('an outcome of another process can be sent again', async () => {
  await startClient('c', 'written')
  const journal = openJournal(folder)
  expect(await journal.begin('c', 'write_file', 'digest')).toBe('done')
  expect(await journal.outcomeOf('c')).toEqual({ result: 'written' })
})

test('a claim that was cut off by a crash is unknown', async () => {
  const journal = openJournal(folder)
  await journal.begin('c', 'x', 'd')
  const [file] = await readdir(folder)
  await writeFile(join(folder, file!), '{"call_id"')
  expect(await openJournal(folder).begin('c', 'x', 'd')).toBe('unknown')
})

test('ids of every form are told apart and stay in the folder', async () => {
  const journal = openJournal(folder)
  for (const id of ['../x', 'a/b', 'A', 'a', '.', '..', 'x'.repeat(128), 'CON', ''])
    expect(await journal.begin(id, 't', 'd')).toBe('new')
  expect(await readdir(top)).toEqual(['session.journal'])
  expect(await readdir(folder)).toHaveLength(9)
})

test('only its owner may look into it', async () => {
  const journal = openJournal(folder)
  await journal.begin('c', 'x', 'd')
  await journal.finish('c', { result: 1 })
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  for (const name of await readdir(folder))
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
})

describe('the size is bounded', () => {
  test('old outcomes go first; that the call ran stays known', async () => {
    const journal = openJournal(folder, { maxResults: 10 })
    for (let call = 0; call < 102; call += 1) {
      await journal.begin(`c${call}`, 'x', 'd')
      await journal.finish(`c${call}`, { result: 'r'.repeat(100) })
    }
    const kept = await Promise.all(
      Array.from({ length: 102 }, (_, call) => journal.outcomeOf(`c${call}`)),
    )
    expect(kept.filter((outcome) => outcome !== undefined).length).toBeLessThanOrEqual(12)
    expect(await journal.outcomeOf('c101')).toEqual({ result: 'r'.repeat(100) })
    expect(await journal.begin('c0', 'x', 'd')).toBe('done')
  })

  test('outcomes of two days ago are emptied, calls of two months ago forgotten', async () => {
    const journal = openJournal(folder)
    await journal.begin('c', 'x', 'd')
    await journal.finish('c', { result: 1 })

    await openJournal(folder, { now: () => Date.now() + 3 * day }).begin('later', 'x', 'd')
    expect(await journal.outcomeOf('c')).toBeUndefined()
    expect(await journal.begin('c', 'x', 'd')).toBe('done')

    await openJournal(folder, { now: () => Date.now() + 70 * day }).begin('much later', 'x', 'd')
    expect(await readdir(folder)).toHaveLength(1)
  })
})
