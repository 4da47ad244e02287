import { chmod, link, mkdir, readdir, stat, symlink, unlink, writeFile } from 'node:fs/promises'
import { maxFileBytes } from '@codelab/contracts/tools'
import { makeProject, type Project, snapshot } from './project.ts'

let project: Project
beforeEach(async () => {
  project = await makeProject({
    'a.txt': 'one\ntwo\nthree\n',
    'src/b.txt': 'b',
    'crlf.txt': 'x\r\ny\r\n',
  })
})
afterEach(() => project.close())

const edit = (path: string, ...edits: { old: string; new: string }[]) =>
  project.run('edit_file', { path, edits })
const noRemains = async () =>
  (await readdir(project.root, { recursive: true })).filter((name) => name.includes('.codelab-'))

describe('write_file', () => {
  test('makes and replaces files and tells which', async () => {
    expect(await project.result('write_file', { path: 'n.txt', content: 'é\n' })).toEqual({
      path: 'n.txt',
      created: true,
      bytes: 3,
    })
    expect(await project.result('write_file', { path: './n.txt', content: '' })).toMatchObject({
      path: 'n.txt',
      created: false,
    })
    expect(await project.read('n.txt')).toBe('')
    expect(await noRemains()).toEqual([])
  })

  test('makes folders only when asked', async () => {
    expect(await project.code('write_file', { path: 'x/y/z.txt', content: '' })).toBe(
      'file_not_found',
    )
    await project.result('write_file', { path: 'x/y/z.txt', content: 'z', create_dirs: true })
    expect(await project.read('x/y/z.txt')).toBe('z')
    expect(
      await project.code('write_file', { path: 'a.txt/z', content: '', create_dirs: true }),
    ).toBe('not_a_directory')
  })

  test('keeps the mode of the file', async () => {
    await chmod(project.at('a.txt'), 0o754)
    await project.result('write_file', { path: 'a.txt', content: 'new' })
    expect((await stat(project.at('a.txt'))).mode & 0o7777).toBe(0o754)
  })

  test.each([
    ['.', 'permission_denied'],
    ['src', 'not_a_file'],
  ])('never replaces a folder (%s)', async (path, code) => {
    expect(await project.code('write_file', { path, content: 'x' })).toBe(code)
  })

  test('takes at most 1 MiB of UTF-8, and only well-formed text', async () => {
    const half = 'é'.repeat(maxFileBytes / 2)
    await project.result('write_file', { path: 'big.txt', content: half })
    expect((await stat(project.at('big.txt'))).size).toBe(maxFileBytes)
    expect(await project.code('write_file', { path: 'big.txt', content: `${half}x` })).toBe(
      'file_too_large',
    )
    expect(await project.code('write_file', { path: 'a.txt', content: '\ud800' })).toBe(
      'invalid_arguments',
    )
    expect(await project.read('a.txt')).toBe('one\ntwo\nthree\n')
  })

  test('goes through no link, even inside the project, and names the real path', async () => {
    await symlink('src', project.at('alias'))
    await symlink('a.txt', project.at('alias.txt'))
    const outcome = await project.run('write_file', { path: 'alias/b.txt', content: 'x' })
    expect(outcome).toMatchObject({
      error: { code: 'permission_denied', message: expect.stringContaining('src/b.txt') },
    })
    expect(await project.code('write_file', { path: 'alias.txt', content: 'x' })).toBe('not_a_file')
    expect(await project.read('a.txt')).toBe('one\ntwo\nthree\n')
  })

  test('a call that was cancelled leaves everything as it was', async () => {
    const before = await snapshot(project.root)
    expect(
      await project.run('write_file', { path: 'a.txt', content: 'x' }, AbortSignal.abort()),
    ).toMatchObject({ error: { code: 'cancelled' } })
    expect(await snapshot(project.root)).toEqual(before)
  })

  test('twenty writes of one file at once leave one of them whole', async () => {
    const contents = Array.from({ length: 20 }, (_, index) => `${index}\n`.repeat(10_000))
    await Promise.all(
      contents.map((content) => project.run('write_file', { path: 'a.txt', content })),
    )
    expect(contents).toContain(await project.read('a.txt'))
    expect(await noRemains()).toEqual([])
  })
})

describe('edit_file', () => {
  test('applies several edits, the later ones to what the earlier left', async () => {
    expect(
      await edit('a.txt', { old: 'one', new: 'ONE' }, { old: 'ONE\ntwo', new: '1\n2' }),
    ).toMatchObject({ result: { path: 'a.txt', edits: 2 } })
    expect(await project.read('a.txt')).toBe('1\n2\nthree\n')
  })

  test.each([
    ['edit_not_found', 'four'],
    ['edit_ambiguous', 't'],
  ])('answers %s and changes nothing, whatever the edits before were', async (code, old) => {
    expect(await edit('a.txt', { old: 'one', new: 'ONE' }, { old, new: 'x' })).toMatchObject({
      error: { code, message: expect.stringContaining('Edit 2 of 2') },
    })
    expect(await project.read('a.txt')).toBe('one\ntwo\nthree\n')
  })

  test('keeps line endings and a byte order mark', async () => {
    await edit('crlf.txt', { old: 'x\ny', new: 'x\nz\ny' })
    expect(await project.read('crlf.txt')).toBe('x\r\nz\r\ny\r\n')
    await project.write('bom.txt', '\ufeffa\nb\n')
    await edit('bom.txt', { old: 'a\r\nb', new: 'c\r\nd' })
    expect(await project.read('bom.txt')).toBe('\ufeffc\nd\n')
    await project.write('mixed.txt', 'a\r\nb\nc\n')
    await edit('mixed.txt', { old: 'b\nc', new: 'B\nC' })
    expect(await project.read('mixed.txt')).toBe('a\r\nB\nC\n')
  })

  test.each([
    ['none.txt', 'file_not_found'],
    ['src', 'not_a_file'],
    ['bin', 'not_text'],
    ['big', 'file_too_large'],
  ])('of %s answers %s', async (path, code) => {
    await project.write('bin', Buffer.from([0xff, 0xfe, 0]))
    await project.write('big', 'x'.repeat(maxFileBytes + 1))
    expect(await edit(path, { old: 'x', new: 'y' })).toMatchObject({ error: { code } })
  })
})

describe('create_directory', () => {
  test('makes the folder with its parents; one that is there is fine', async () => {
    expect(await project.result('create_directory', { path: 'x/y' })).toEqual({
      path: 'x/y',
      created: true,
    })
    expect(await project.result('create_directory', { path: 'x/y/' })).toEqual({
      path: 'x/y',
      created: false,
    })
    expect(await project.code('create_directory', { path: 'a.txt' })).toBe('already_exists')
  })
})

describe('move_file', () => {
  test('moves files, folders and links', async () => {
    await symlink('a.txt', project.at('l'))
    await project.result('move_file', { path: 'a.txt', to: 'src/moved.txt' })
    await project.result('move_file', { path: 'src', to: 'lib' })
    await project.result('move_file', { path: 'l', to: 'lib/l' })
    expect(
      Object.keys(await snapshot(project.root))
        .map((path) => path.slice(project.root.length + 1))
        .toSorted(),
    ).toEqual(['crlf.txt', 'lib', 'lib/b.txt', 'lib/l', 'lib/moved.txt'])
    expect((await stat(project.at('lib/moved.txt'))).nlink).toBe(1)
  })

  test.each([
    ['a.txt', 'src/b.txt', 'already_exists'],
    ['a.txt', 'src', 'already_exists'],
    ['src', 'empty', 'already_exists'],
    ['a.txt', 'a.txt', 'already_exists'],
    ['none', 'x', 'file_not_found'],
    ['a.txt', 'none/x', 'file_not_found'],
    ['src', 'src/inner', 'invalid_arguments'],
    ['.', 'x', 'permission_denied'],
    ['a.txt', '.', 'permission_denied'],
  ])('%s to %s answers %s and moves nothing', async (path, to, code) => {
    await mkdir(project.at('empty'))
    const before = await snapshot(project.root)
    expect(await project.code('move_file', { path, to })).toBe(code)
    expect(await snapshot(project.root)).toEqual(before)
  })

  test('of twenty moves to one name, one succeeds and nothing is lost', async () => {
    for (let file = 0; file < 20; file += 1) await project.write(`f${file}`, `${file}`)
    const codes = await Promise.all(
      Array.from({ length: 20 }, (_, file) =>
        project.code('move_file', { path: `f${file}`, to: 'target' }),
      ),
    )
    expect(codes.filter((code) => code === 'already_exists')).toHaveLength(19)
    expect((await readdir(project.root)).filter((name) => /^f\d+$/.test(name))).toHaveLength(19)
  })
})

describe('delete_file', () => {
  test('deletes a file, an empty folder, and a link but not what it leads to', async () => {
    await mkdir(project.at('empty'))
    await symlink('src', project.at('l'))
    await symlink('nowhere', project.at('dangling'))
    for (const [path, deleted] of [
      ['a.txt', 'file'],
      ['empty', 'folder'],
      ['l', 'link'],
      ['dangling', 'link'],
    ])
      expect(await project.result('delete_file', { path })).toEqual({ path, deleted })
    expect(await project.read('src/b.txt')).toBe('b')
  })

  test.each([
    ['src', 'not_a_file'],
    ['none', 'file_not_found'],
    ['.', 'permission_denied'],
    ['src/..', 'permission_denied'],
  ])('%s answers %s', async (path, code) => {
    expect(await project.code('delete_file', { path })).toBe(code)
    expect(await project.read('src/b.txt')).toBe('b')
  })

  test('one of two names of a file goes, the other stays', async () => {
    await link(project.at('a.txt'), project.at('src/second'))
    await project.result('delete_file', { path: 'a.txt' })
    expect(await project.read('src/second')).toBe('one\ntwo\nthree\n')
  })
})

describe('an approval covers what was shown, nothing that came later', () => {
  const content = 'approved'

  test('a file that a person changed meanwhile is not overwritten', async () => {
    await project.workspace.preview('write_file', { path: 'a.txt', content })
    await writeFile(project.at('a.txt'), 'my own work')
    expect(await project.code('write_file', { path: 'a.txt', content })).toBe('failed')
    expect(await project.read('a.txt')).toBe('my own work')
    await project.workspace.preview('write_file', { path: 'a.txt', content })
    await project.result('write_file', { path: 'a.txt', content })
  })

  test('a file that appeared, or is another one now, is not replaced or deleted', async () => {
    await project.workspace.preview('write_file', { path: 'n.txt', content })
    await writeFile(project.at('n.txt'), 'appeared')
    expect(await project.code('write_file', { path: 'n.txt', content })).toBe('failed')
    await project.workspace.preview('delete_file', { path: 'a.txt' })
    await unlink(project.at('a.txt'))
    await writeFile(project.at('a.txt'), 'another')
    expect(await project.code('delete_file', { path: 'a.txt' })).toBe('failed')
    expect(await project.read('a.txt')).toBe('another')
  })

  test('what another tool call did meanwhile does not stand in the way', async () => {
    await project.workspace.preview('write_file', { path: 'a.txt', content })
    await project.result('edit_file', { path: 'a.txt', edits: [{ old: 'one', new: '1' }] })
    await project.result('write_file', { path: 'a.txt', content })
    expect(await project.read('a.txt')).toBe(content)
  })
})

test.each([
  ['nothing_like_it', {}, 'unknown_tool'],
  ['constructor', {}, 'unknown_tool'],
  ['write_file', { path: 'a.txt' }, 'invalid_arguments'],
  ['write_file', { path: 'a.txt', content: 1 }, 'invalid_arguments'],
  ['write_file', { path: 'a.txt', content: '', extra: 1 }, 'invalid_arguments'],
  ['write_file', null, 'invalid_arguments'],
  ['write_file', 'a.txt', 'invalid_arguments'],
  ['write_file', { path: ['a.txt'], content: '' }, 'invalid_arguments'],
  ['edit_file', { path: 'a.txt', edits: [] }, 'invalid_arguments'],
  ['edit_file', { path: 'a.txt', edits: [{ old: '', new: 'x' }] }, 'invalid_arguments'],
])('%s with %j answers %s', async (name, args, code) => {
  expect(await project.code(name, args)).toBe(code)
})
