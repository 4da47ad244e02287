import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { EntryChange } from '@codelab/contracts/engine-ui/entries'
import { until } from '../../support/until.ts'
import { type EngineUnderTest, startEngineUnderTest } from './engine-under-test.ts'

/** What a person does in the file tree: each can be taken back. */
let engine: EngineUnderTest
beforeEach(async () => {
  engine = await startEngineUnderTest('http://127.0.0.1:1', { signedIn: false })
})
afterEach(() => engine.stop())

const at = (path: string) => join(engine.project, path)
const write = async (path: string, text: string) => {
  await mkdir(dirname(at(path)), { recursive: true })
  await writeFile(at(path), text)
}
const api = (rest: string) => `/api/v1/projects/${engine.projectId}/${rest}`
const create = (path: string, kind: 'file' | 'folder') =>
  engine.page.post<EntryChange>(api('entries'), { path, kind })
const move = (path: string, to: string) =>
  engine.page.post<EntryChange>(api('entries/move'), { path, to })
const trash = (path: string) => engine.page.post<EntryChange>(api('entries/trash'), { path })
const undo = (id: string) => engine.page.post(api('changes/undo'), { id })
const trashed = () => readdir(join(engine.root, '.local/share/Trash/files'))

test('a file and a folder are made with the folders above them, and taken back', async () => {
  const { path, change } = await create('new/er/a.ts', 'file')
  expect([path, await readFile(at('new/er/a.ts'), 'utf8')]).toEqual(['new/er/a.ts', ''])
  await undo(change)
  await expect(stat(at('new'))).rejects.toMatchObject({ code: 'ENOENT' })
  const folder = await create('lib/deep', 'folder')
  expect((await stat(at('lib/deep'))).isDirectory()).toBe(true)
  await undo(folder.change)
  await expect(stat(at('lib'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('what is there is never written over', async () => {
  await write('a.ts', 'mine')
  await write('b.ts', 'other')
  for (const kind of ['file', 'folder'] as const)
    expect(await engine.page.fails('POST', api('entries'), { path: 'a.ts', kind })).toMatchObject({
      status: 409,
      reason: 'file_exists',
    })
  const onto = await engine.page.fails('POST', api('entries/move'), { path: 'b.ts', to: 'a.ts' })
  expect([onto.status, onto.reason]).toEqual([409, 'file_exists'])
  expect(await readFile(at('a.ts'), 'utf8')).toBe('mine')
})

test('a file is renamed and moved back, a folder with all that is in it', async () => {
  await write('src/a.ts', 'a')
  const { path, change } = await move('src', 'lib')
  expect([path, await readFile(at('lib/a.ts'), 'utf8')]).toEqual(['lib', 'a'])
  await undo(change)
  expect(await readFile(at('src/a.ts'), 'utf8')).toBe('a')
  expect((await move('src/a.ts', 'src/b.ts')).path).toBe('src/b.ts')
})

test('a folder goes to the trash whole and comes back whole', async () => {
  await write('src/deep/a.ts', 'a')
  const { change } = await trash('src')
  await expect(stat(at('src'))).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await trashed()).toEqual(['src'])
  await undo(change)
  expect(await readFile(at('src/deep/a.ts'), 'utf8')).toBe('a')
  expect(await trashed()).toEqual([])
})

test('a link goes to the trash, what it leads to stays', async () => {
  await write('a.ts', 'a')
  await symlink('a.ts', at('link'))
  await trash('link')
  expect(await readFile(at('a.ts'), 'utf8')).toBe('a')
})

test('what changed since is not taken back', async () => {
  const { change } = await create('a.ts', 'file')
  await write('a.ts', 'written by now')
  const failed = await engine.page.fails('POST', api('changes/undo'), { id: change })
  expect([failed.status, failed.reason]).toEqual([409, 'change_not_undoable'])
  expect(await readFile(at('a.ts'), 'utf8')).toBe('written by now')
  const gone = await trash('a.ts')
  await rm(join(engine.root, '.local/share/Trash/files/a.ts'))
  expect((await engine.page.fails('POST', api('changes/undo'), { id: gone.change })).reason).toBe(
    'change_not_undoable',
  )
})

test.each([
  ['entries', { path: '.git/hooks/x', kind: 'file' }, 403, 'no_permission'],
  ['entries', { path: 'out/x', kind: 'file' }, 403, 'outside_project'],
  ['entries', { path: '../x', kind: 'file' }, 400, undefined],
  ['entries', { path: '.', kind: 'folder' }, 403, 'no_permission'],
  ['entries/move', { path: 'a', to: 'out/a' }, 403, 'outside_project'],
  ['entries/move', { path: 'none', to: 'b' }, 404, 'file_missing'],
  ['entries/trash', { path: '.' }, 403, 'no_permission'],
  ['entries/trash', { path: '.git' }, 403, 'no_permission'],
  ['entries/trash', { path: 'out/x' }, 403, 'outside_project'],
])('%s %j is refused: %d %s', async (route, body, status, reason) => {
  await write('a', 'a')
  await symlink('/etc', at('out'))
  const failed = await engine.page.fails('POST', api(route), body)
  expect([failed.status, failed.reason]).toEqual([status, reason])
})

test('they are the person’s own: not in the list of what tools changed, and told as changes of files', async () => {
  await engine.page.listen()
  await until('the watcher is there', async () => {
    await write('probe', String(performance.now()))
    return engine.page.of('files').length > 0
  })
  await create('mine.ts', 'file')
  await until('it is told', () =>
    engine.page.of('files').some(({ changes }) => changes.some(({ path }) => path === 'mine.ts')),
  )
  expect(await engine.page.get(api('changes'))).toEqual({ items: [] })
})
