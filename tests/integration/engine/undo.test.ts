import {
  chmod,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { createKeep, storesIn } from '@codelab/engine/workspace/undo/keep'
import { type Changes, openChanges } from '@codelab/engine/workspace/undo/open-changes'
import { environmentAt, makeProject, type Project, silent, snapshot } from './project.ts'

let project: Project
let changes: Changes
let before: Record<string, string>

beforeEach(async () => {
  project = await makeProject({
    'a.txt': 'one\ntwo\n',
    'src/b.txt': 'b',
    bin: Buffer.from([255, 0]),
  })
  await mkdir(project.at('empty'))
  await symlink('src/b.txt', project.at('link'))
  await chmod(project.at('a.txt'), 0o754)
  changes = openChanges({
    folder: join(project.home, 'undo'),
    log: silent,
    env: environmentAt(project.home),
  })
  before = await snapshot(project.top)
})
afterEach(() => project.close())

const all = () => changes.changesOf('session')
const latest = async () => (await all())[0]!
const undoLatest = async () =>
  await changes.undo((await all()).find(({ undone_at }) => undone_at === undefined)!.id)
const trash = () => join(project.home, '.local/share/Trash')

const every: [string, string, object][] = [
  ['a new file', 'write_file', { path: 'n.txt', content: 'n' }],
  [
    'a new file in new folders',
    'write_file',
    { path: 'x/y/n.txt', content: 'n', create_dirs: true },
  ],
  ['a file that is replaced', 'write_file', { path: 'a.txt', content: 'other' }],
  ['a file that is no text', 'write_file', { path: 'bin', content: 'text now' }],
  ['an edit', 'edit_file', { path: 'a.txt', edits: [{ old: 'two', new: '2' }] }],
  ['new folders', 'create_directory', { path: 'p/q/r' }],
  ['a moved file', 'move_file', { path: 'a.txt', to: 'src/moved.txt' }],
  ['a moved folder', 'move_file', { path: 'src', to: 'lib' }],
  ['a moved link', 'move_file', { path: 'link', to: 'src/link' }],
  ['a deleted file', 'delete_file', { path: 'a.txt' }],
  ['a deleted folder', 'delete_file', { path: 'empty' }],
  ['a deleted link', 'delete_file', { path: 'link' }],
]

test.each(every)('%s is taken back whole', async (_, tool, args) => {
  await project.result(tool, args)
  expect(await snapshot(project.top)).not.toEqual(before)
  expect(await latest()).toMatchObject({ tool, root: project.root })
  expect((await undoLatest()).outcome).toBe('undone')
  expect(await snapshot(project.top)).toEqual(before)
  expect((await stat(project.at('a.txt'))).mode & 0o7777).toBe(0o754)
  expect((await latest()).undone_at).toBeDefined()
  // Asked again, it does nothing.
  expect((await changes.undo((await latest()).id)).outcome).toBe('undone')
  expect(await snapshot(project.top)).toEqual(before)
})

test('a whole session is taken back, change by change', async () => {
  for (const [, tool, args] of every) await project.run(tool, args)
  const made = await all()
  expect(made.length).toBeGreaterThan(7)
  for (const _ of made) expect(await undoLatest()).toMatchObject({ outcome: 'undone' })
  expect(await snapshot(project.top)).toEqual(before)
})

test('a file that was changed since is left alone, and the difference is offered', async () => {
  await project.result('write_file', { path: 'a.txt', content: 'of the tool' })
  await writeFile(project.at('a.txt'), 'my own work')
  const undone = await undoLatest()
  expect(undone).toMatchObject({
    outcome: 'refused',
    refusal: {
      path: 'a.txt',
      message: 'a.txt was changed since.',
      now: { kind: 'text', text: 'my own work' },
      before: { kind: 'text', text: 'one\ntwo\n' },
    },
  })
  expect(await project.read('a.txt')).toBe('my own work')
  expect((await latest()).undone_at).toBeUndefined()
})

test.each<[string, string, object, () => Promise<unknown>, string]>([
  [
    'a new file that was edited',
    'write_file',
    { path: 'n', content: 'n' },
    () => writeFile(project.at('n'), 'mine'),
    'changed since',
  ],
  [
    'a replaced file that is gone',
    'write_file',
    { path: 'a.txt', content: 'n' },
    () => rm(project.at('a.txt')),
    'deleted or moved',
  ],
  [
    'a deleted file whose place is taken',
    'delete_file',
    { path: 'a.txt' },
    () => writeFile(project.at('a.txt'), 'mine'),
    'another a.txt',
  ],
  [
    'a deleted file when the trash was emptied',
    'delete_file',
    { path: 'a.txt' },
    () => rm(trash(), { recursive: true }),
    'no longer in the trash',
  ],
  [
    'a moved file whose old place is taken',
    'move_file',
    { path: 'a.txt', to: 'z' },
    () => writeFile(project.at('a.txt'), 'mine'),
    'another a.txt',
  ],
  [
    'a moved file that is gone',
    'move_file',
    { path: 'a.txt', to: 'z' },
    () => rm(project.at('z')),
    'deleted or moved',
  ],
  [
    'a file that became a link out of the project',
    'write_file',
    { path: 'n', content: 'n' },
    async () => {
      await rm(project.at('n'))
      await symlink(join(project.outside, 'secret.txt'), project.at('n'))
    },
    'leads out of the project',
  ],
  [
    'a file below a folder that became a link',
    'write_file',
    { path: 'src/b.txt', content: 'n' },
    async () => {
      await rm(project.at('src'), { recursive: true })
      await symlink(project.outside, project.at('src'))
    },
    'leads out of the project',
  ],
  [
    'an image that is no longer kept',
    'write_file',
    { path: 'a.txt', content: 'n' },
    () => rm(join(project.home, 'undo/images'), { recursive: true }),
    'no longer kept',
  ],
])('%s is not taken back, and is told why', async (_, ...row) => {
  const [tool, args, meanwhile, why] = row
  await project.result(tool, args)
  await meanwhile()
  const now = await snapshot(project.top)
  const undone = await undoLatest()
  expect(undone).toMatchObject({ outcome: 'refused' })
  expect(undone.outcome === 'refused' && undone.refusal.message).toContain(why)
  expect(await snapshot(project.top)).toEqual(now)
})

test('a folder that somebody put something into stays', async () => {
  await project.result('write_file', { path: 'x/n.txt', content: 'n', create_dirs: true })
  await project.write('x/mine.txt', 'mine')
  expect(await undoLatest()).toMatchObject({ outcome: 'undone' })
  expect(await readdir(project.at('x'))).toEqual(['mine.txt'])
})

test('what failed or was refused leaves no change behind', async () => {
  await project.code('write_file', { path: '../x', content: '' })
  await project.code('write_file', { path: 'src', content: '' })
  await project.code('edit_file', { path: 'a.txt', edits: [{ old: 'none', new: '' }] })
  await project.code('move_file', { path: 'a.txt', to: 'src/b.txt' })
  await project.code('delete_file', { path: 'src' })
  await project.code('create_directory', { path: 'a.txt/x' })
  expect(await all()).toEqual([])
  expect(await readdir(join(trash(), 'info')).catch(() => [])).toEqual([])
})

test('what is kept is readable by its owner only, outside the project, and equal contents once', async () => {
  for (const name of ['c1', 'c2']) {
    await project.write(name, 'the same')
    await project.result('write_file', { path: name, content: 'x' })
  }
  const folder = join(project.home, 'undo')
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const { mode } = await stat(join(entry.parentPath, entry.name))
    expect(mode & 0o777).toBe(entry.isDirectory() ? 0o700 : 0o600)
  }
  expect(await readdir(join(folder, 'images'))).toHaveLength(1)
})

test('the oldest changes are forgotten when there are too many or they are too old', async () => {
  const folder = join(project.home, 'bounded')
  let now = Date.now()
  const day = 24 * 3600 * 1000
  const { log, images } = storesIn(folder)
  const add = async (content: string) => {
    await project.write('f', content)
    // A new keeper looks after the store at its first change.
    const keep = createKeep({
      folder,
      sessionId: 's',
      root: project.root,
      limits: { bytes: 1_500, ms: 30 * day },
      now: () => now,
    })(undefined)
    const image = await keep.image(project.at('f'), 'f')
    await keep.note('write_file', [{ kind: 'text', path: 'f', before: image, after: image }])
    return image
  }
  const first = await add('1'.repeat(1_000))
  now += 2 * 3_600_000
  await add('2'.repeat(1_000))
  await add('3'.repeat(10))
  expect(await log.ofSession('s')).toHaveLength(2)
  expect(await images.read(first)).toBeUndefined()
  now += 31 * day
  await add('4')
  expect(await log.ofSession('s')).toHaveLength(1)
})

test('a file too large to be kept is not overwritten', async () => {
  await writeFile(project.at('huge'), '')
  await truncate(project.at('huge'), 65 * 1024 * 1024)
  const outcome = await project.run('write_file', { path: 'huge', content: 'x' })
  expect(outcome).toMatchObject({ error: { code: 'file_too_large' } })
  expect((await stat(project.at('huge'))).size).toBe(65 * 1024 * 1024)
})

describe('the trash', () => {
  test('is the one of freedesktop.org, with the original path and the time', async () => {
    await project.write('ü 100%.txt', 'x')
    await project.result('delete_file', { path: 'ü 100%.txt' })
    await project.write('ü 100%.txt', 'y')
    await project.result('delete_file', { path: 'ü 100%.txt' })
    expect((await readdir(join(trash(), 'files'))).toSorted()).toEqual([
      'ü 100%.txt',
      'ü 100%.txt.2',
    ])
    const info = await readFile(join(trash(), 'info/ü 100%.txt.trashinfo'), 'utf8')
    expect(info).toMatch(
      /^\[Trash Info\]\nPath=(\S+)\nDeletionDate=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\n$/,
    )
    expect(decodeURIComponent(/Path=(\S+)/.exec(info)![1]!)).toBe(project.at('ü 100%.txt'))
    expect((await stat(join(trash(), 'info'))).mode & 0o777).toBe(0o700)
  })

  test('a link goes there itself, not what it leads to', async () => {
    await project.result('delete_file', { path: 'link' })
    expect(await readlink(join(trash(), 'files/link'))).toBe('src/b.txt')
    expect(await project.read('src/b.txt')).toBe('b')
  })

  test('where there is none that can be used, nothing is deleted', async () => {
    await mkdir(join(project.home, '.local/share'), { recursive: true })
    await symlink(project.outside, trash())
    const now = await snapshot(project.top)
    expect(await project.run('delete_file', { path: 'a.txt' })).toMatchObject({
      error: { code: 'failed', message: expect.stringContaining('no trash') },
    })
    expect(await snapshot(project.top)).toEqual(now)
  })

  test('a name that is too long for its info file is shortened', async () => {
    const long = 'é'.repeat(120)
    await project.write(long, 'x')
    await project.result('delete_file', { path: long })
    expect((await undoLatest()).outcome).toBe('undone')
    expect(await project.read(long)).toBe('x')
  })
})
