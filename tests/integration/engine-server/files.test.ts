import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { FindPart } from '@codelab/contracts/engine-ui/files'
import type { Project } from '@codelab/contracts/engine-ui/projects'
import { createPresence } from '@codelab/engine/server/projects/presence'
import { until } from '../../support/until.ts'
import { type EngineUnderTest, startEngineUnderTest } from './engine-under-test.ts'

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
const api = (rest: string, id = engine.projectId) => `/api/v1/projects/${id}/${rest}`
type Opened = { path: string; text: string; version: string; read_only: boolean }
const open = (path: string) => engine.page.get<Opened>(api(`file?path=${encodeURIComponent(path)}`))
const save = (body: {
  path: string
  text: string
  version: string | null
  create_folders?: boolean
}) => engine.page.put<{ path: string; version: string }>(api('file'), body)
const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: engine.project })
type Entries = { entries: { name: string; kind: string; ignored: boolean }[]; more: boolean }

describe('the tree', () => {
  test('shows one folder: folders first, what git ignores marked, .git left out', async () => {
    await git('init', '-q')
    await write('.gitignore', 'dist/\n*.log\n')
    await write('src/b.ts', '')
    await write('dist/x.js', '')
    await write('B.md', '')
    await write('a.log', '')
    await symlink('B.md', at('link'))
    const { entries } = await engine.page.get<Entries>(api('tree'))
    expect(entries.map(({ name, kind, ignored }) => [name, kind, ignored])).toEqual([
      ['dist', 'folder', true],
      ['src', 'folder', false],
      ['.gitignore', 'file', false],
      ['a.log', 'file', true],
      ['B.md', 'file', false],
      ['link', 'link', false],
    ])
    const below = await engine.page.get<Entries & { path: string }>(api('tree?path=src'))
    expect([below.path, below.entries.map(({ name }) => name)]).toEqual(['src', ['b.ts']])
  })

  test('of a large folder its beginning is told alone, as the whole begins', async () => {
    for (let n = 0; n < 40; n += 1) await write(`${n % 2 ? 'b' : 'A'}-${n}.ts`, '')
    const whole = await engine.page.get<Entries>(api('tree'))
    const beginning = await engine.page.get<Entries>(api('tree?first=7'))
    expect(beginning).toMatchObject({ entries: whole.entries.slice(0, 7), more: true })
    expect(await engine.page.get<Entries>(api('tree?first=40'))).toMatchObject(whole)
    expect(whole.more).toBe(false)
    expect((await engine.page.fails('GET', api('tree?first=0'))).status).toBe(400)
  })

  test.each([
    ['..', 400, undefined],
    ['/etc', 400, undefined],
    ['out', 403, 'outside_project'],
    ['none', 404, 'file_missing'],
    ['file', 422, 'not_a_folder'],
  ])('of %s fails with %d %s', async (path, status, reason) => {
    await symlink('/etc', at('out'))
    await write('file', '')
    const failed = await engine.page.fails('GET', api(`tree?path=${encodeURIComponent(path)}`))
    expect([failed.status, failed.reason]).toEqual([status, reason])
  })

  test('of 50,000 files: names for going to one, in the order of nearness', async () => {
    await write('deep/er/c.ts', '')
    await write('a.ts', '')
    const { paths, more } = await engine.page.get<{ paths: string[]; more: boolean }>(api('names'))
    expect([paths, more]).toEqual([['a.ts', 'deep/er/c.ts'], false])
  })
})

describe('the editor', () => {
  test('saves what was read, and keeps mark, line ends and mode', async () => {
    await write('a.txt', '\ufeffone\r\ntwo\r\n')
    await chmod(at('a.txt'), 0o640)
    const { text, version, read_only } = await open('a.txt')
    expect([text, read_only]).toEqual(['\ufeffone\r\ntwo\r\n', false])
    const saved = await save({ path: 'a.txt', text: `${text}three\r\n`, version })
    expect(await readFile(at('a.txt'), 'utf8')).toBe('\ufeffone\r\ntwo\r\nthree\r\n')
    expect((await stat(at('a.txt'))).mode & 0o777).toBe(0o640)
    expect((await open('a.txt')).version).toBe(saved.version)
    await save({ path: 'a.txt', text: 'again', version: saved.version })
    expect(await readFile(at('a.txt'), 'utf8')).toBe('again')
  })

  test('a file that somebody changed meanwhile is not overwritten', async () => {
    await write('a.txt', 'one')
    const { version } = await open('a.txt')
    await write('a.txt', 'theirs')
    const body = { path: 'a.txt', text: 'mine', version }
    const failed = await engine.page.fails('PUT', api('file'), body)
    expect([failed.status, failed.reason]).toEqual([409, 'file_changed'])
    expect(failed.message).toContain('a.txt')
    expect(await readFile(at('a.txt'), 'utf8')).toBe('theirs')
    await rm(at('a.txt'))
    expect((await engine.page.fails('PUT', api('file'), body)).reason).toBe('file_changed')
  })

  test('a file that was only touched is the same', async () => {
    await write('a.txt', 'one')
    const { version } = await open('a.txt')
    await write('a.txt', 'one')
    await save({ path: 'a.txt', text: 'two', version })
    expect(await readFile(at('a.txt'), 'utf8')).toBe('two')
  })

  test('a new file is never one that is there', async () => {
    await save({ path: 'new/b.txt', text: 'b', version: null, create_folders: true })
    expect(await readFile(at('new/b.txt'), 'utf8')).toBe('b')
    const again = { path: 'new/b.txt', text: 'c', version: null }
    expect((await engine.page.fails('PUT', api('file'), again)).reason).toBe('file_exists')
    const folderless = { path: 'other/b.txt', text: 'c', version: null }
    expect((await engine.page.fails('PUT', api('file'), folderless)).reason).toBe('file_missing')
  })

  test.each([
    ['.git/config', 403, 'no_permission'],
    ['out/x', 403, 'outside_project'],
    ['../x', 400, undefined],
    ['a\0b', 400, undefined],
    ['folder', 422, 'not_a_file'],
  ])('%j is not written: %d %s', async (path, status, reason) => {
    await mkdir(at('folder'))
    await symlink(engine.root, at('out'))
    const failed = await engine.page.fails('PUT', api('file'), { path, text: 'x', version: 'x-x' })
    expect([failed.status, failed.reason]).toEqual([status, reason])
  })

  test.each([
    ['binary', 422, 'not_text'],
    ['large', 413, 'file_too_large'],
    ['folder', 422, 'not_a_file'],
    ['none', 404, 'file_missing'],
    ['out', 403, 'outside_project'],
  ])('%s is not opened: %d %s', async (path, status, reason) => {
    await writeFile(at('binary'), Buffer.from([0, 1, 2]))
    await writeFile(at('large'), 'x'.repeat(1_048_577))
    await mkdir(at('folder'))
    await symlink('/etc/hostname', at('out'))
    const failed = await engine.page.fails('GET', api(`file?path=${path}`))
    expect([failed.status, failed.reason]).toEqual([status, reason])
  })

  test('a full disk says so and leaves the file whole', async () => {
    // A device that is always full stands in for a disk: nothing of it can be a project, so the failure is asked for at the border.
    const { failureOfTool } = await import('@codelab/engine/server/projects/failure-of-tool')
    const { toolFailureOf } = await import('@codelab/engine/workspace/tool-failure')
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' })
    expect(failureOfTool(toolFailureOf(full, 'a.txt'))).toMatchObject({
      code: 'unavailable',
      reason: 'disk_full',
      message: 'a.txt could not be written: the disk is full.',
    })
    const readOnly = Object.assign(new Error('read-only'), { code: 'EROFS' })
    expect(failureOfTool(toolFailureOf(readOnly, 'a.txt')).reason).toBe('read_only')
  })
})

describe('find in files', () => {
  const partsOf = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => FindPart.parse(JSON.parse(line)))
  const find = async (query: string) => {
    const parts = partsOf((await engine.page.call('GET', api(`find?${query}`))).text)
    const end = parts.at(-1)
    if (end?.type !== 'end') throw new Error(`the search ended with ${JSON.stringify(end)}`)
    const told = parts.slice(0, -1)
    return {
      times: told.length,
      matches: told.flatMap((part) => (part.type === 'matches' ? part.matches : [])),
      more: end.more,
    }
  }

  test('answers lines, ignoring case unless told, without what git ignores; secrets are the person’s own', async () => {
    await write('.gitignore', 'dist/\n')
    await write('ab:c.txt', 'Needle\nneedle in it\n')
    await write('dist/x.txt', 'needle')
    await write('.env', 'KEY=needle')
    const loose = await find('pattern=needle')
    expect(loose.matches).toEqual([
      { path: '.env', line: 1, text: 'KEY=needle' },
      { path: 'ab:c.txt', line: 1, text: 'Needle' },
      { path: 'ab:c.txt', line: 2, text: 'needle in it' },
    ])
    const exact = await find('pattern=needle&case_sensitive=true&path=ab:c.txt')
    expect(exact.matches.map(({ line }) => line)).toEqual([2])
    expect((await find('pattern=needle&limit=1')).more).toBe(true)
  })

  test('tells what it finds while it looks on, in the order of paths, up to the limit', async () => {
    const names = Array.from({ length: 1_500 }, (_, at) => `f${String(at).padStart(4, '0')}.txt`)
    for (const name of names) await writeFile(at(name), 'needle\n')
    const all = await find('pattern=needle&limit=10000')
    expect(all.matches.map(({ path }) => path)).toEqual(names)
    expect(all.more).toBe(false)
    expect(all.times).toBeGreaterThan(1)
    const first = await find('pattern=needle&limit=100')
    expect(first.matches).toEqual(all.matches.slice(0, 100))
    expect(first.more).toBe(true)
  })

  test('nothing found is an answer', async () => {
    expect(await find('pattern=needle')).toEqual({ times: 0, matches: [], more: false })
  })

  test('a pattern that is none names itself', async () => {
    const failed = await engine.page.fails('GET', api('find?pattern=%28&regex=true'))
    expect([failed.status, failed.reason]).toEqual([422, 'bad_pattern'])
  })
})

describe('git', () => {
  type Status = {
    repository: boolean
    branch?: string
    files: { path: string; state: string; staged: boolean }[]
  }
  const status = () => engine.page.get<Status>(api('git'))

  test('tells the branch and each changed file, also with odd names', async () => {
    expect((await status()).repository).toBe(false)
    await git('init', '-q', '-b', 'trunk')
    await git('config', 'user.email', 'a@example.com')
    await git('config', 'user.name', 'a')
    await write('kept', 'x')
    await write('changed', 'x')
    await write('gone', 'x')
    await git('add', '.')
    await git('commit', '-qm', 'first')
    await write('changed', 'y')
    await rm(at('gone'))
    await write('new folder/a', '')
    await write('line\nfeed "quoted" ж', '')
    await write('staged', 'x')
    await git('add', 'staged')
    const { branch, files } = await status()
    expect(branch).toBe('trunk')
    expect(files.toSorted((left, right) => (left.path < right.path ? -1 : 1))).toEqual([
      { path: 'changed', state: 'modified', staged: false },
      { path: 'gone', state: 'deleted', staged: false },
      { path: 'line\nfeed "quoted" ж', state: 'untracked', staged: false },
      { path: 'new folder/', state: 'untracked', staged: false },
      { path: 'staged', state: 'added', staged: true },
    ])
  })
})

describe('what changes outside', () => {
  test('is told in batches, folders and git too', async () => {
    await git('init', '-q')
    const again = await engine.page.post<Project>('/api/v1/projects/open', { path: engine.project })
    expect(again.id).toBe(engine.projectId)
    await engine.page.listen()
    await until('the watcher is there', async () => {
      await write('probe', String(performance.now()))
      return engine.page.of('files').length > 0
    })
    await mkdir(at('made'))
    await write('made/a.ts', 'x')
    const changes = () => engine.page.of('files').flatMap((event) => event.changes)
    await until('both are told', () =>
      ['made', 'made/a.ts'].every((path) => changes().some((one) => one.path === path)),
    )
    await until('git is told', () => engine.page.of('git').length > 0)
    await rm(at('made/a.ts'))
    await until('the end is told', () =>
      changes().some(({ path, change }) => path === 'made/a.ts' && change === 'deleted'),
    )
  })

  test('many at once are named in part, and the page is told to look again', async () => {
    await engine.page.listen()
    await until('the watcher is there', async () => {
      await write('probe', String(performance.now()))
      return engine.page.of('files').length > 0
    })
    await Promise.all(Array.from({ length: 1_500 }, (_, index) => write(`many/${index}`, '')))
    await until('told in part', () => engine.page.of('files').some(({ more }) => more))
    for (const { changes } of engine.page.of('files'))
      expect(changes.length).toBeLessThanOrEqual(500)
  })
})

describe('projects', () => {
  const openPath = (path: string) => engine.page.post<Project>('/api/v1/projects/open', { path })
  const list = async () => (await engine.page.get<{ items: Project[] }>('/api/v1/projects')).items

  test('are opened by path, listed by when, closed and forgotten', async () => {
    const other = join(engine.root, 'other')
    await mkdir(other)
    const opened = await openPath(other)
    expect(opened).toMatchObject({ name: 'other', path: other, open: true, present: true })
    expect((await list()).map(({ path }) => path)).toEqual([other, engine.project])
    await engine.page.post(`/api/v1/projects/${opened.id}/close`)
    expect((await engine.page.fails('GET', api('tree', opened.id))).reason).toBe('project_not_open')
    expect((await list())[0]).toMatchObject({ path: other, open: false })
    await engine.page.delete(`/api/v1/projects/${opened.id}`)
    expect((await list()).map(({ path }) => path)).toEqual([engine.project])
    expect((await stat(join(engine.home, 'projects.json'))).mode & 0o777).toBe(0o600)
  })

  test.each([
    ['relative/path', 400, 'folder_refused'],
    ['/', 403, 'folder_refused'],
    ['/nowhere/at/all', 404, 'folder_missing'],
    ['HOME', 403, 'folder_refused'],
    ['HOME/views', 403, 'folder_refused'],
    ['FILE', 400, 'not_a_folder'],
    ['/tmp\0/x', 400, undefined],
  ])('%s is no project: %d %s', async (path, status, reason) => {
    await write('file', '')
    await mkdir(join(engine.home, 'views'), { recursive: true })
    const real = path.replace('HOME', engine.home).replace('FILE', at('file'))
    const failed = await engine.page.fails('POST', '/api/v1/projects/open', { path: real })
    expect([failed.status, failed.reason]).toEqual([status, reason])
  })

  test('a folder that is removed, and comes back, is told; meanwhile every call says so', async () => {
    await engine.page.listen()
    const away = `${engine.project}-away`
    await rename(engine.project, away)
    await until('gone', () => engine.page.of('project').some(({ project }) => !project.present))
    for (const path of ['tree', 'file?path=a', 'git', 'names', 'find?pattern=x'])
      expect((await engine.page.fails('GET', api(path))).reason).toBe('folder_missing')
    await rename(away, engine.project)
    await until('back', () => engine.page.of('project').at(-1)?.project.present === true)
    await engine.page.get(api('tree'))
  })

  test('a folder that another engine has open is told as such', async () => {
    const other = await engine.another()
    try {
      // Both run in this process; the second has a name of its own all the same.
      expect((await list())[0]).toMatchObject({ open: true, open_elsewhere: true })
    } finally {
      await other.close()
    }
    expect((await list())[0]).toMatchObject({ open: true, open_elsewhere: false })
  })

  test('to ask whether another engine has it open makes nothing in the home', async () => {
    const home = join(engine.root, 'another-home')
    const presence = createPresence(home, 'engine')
    expect(await presence.isElsewhere('project')).toBe(false)
    await expect(stat(home)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('folders can be walked to choose one', async () => {
    await mkdir(join(engine.root, 'zeta'))
    const folders = await engine.page.get<{ path: string; parent: string; folders: string[] }>(
      `/api/v1/folders?path=${encodeURIComponent(engine.root)}`,
    )
    expect(folders.folders).toEqual(['home', 'project', 'zeta'])
    expect(folders.parent).toBe(dirname(engine.root))
  })
})
