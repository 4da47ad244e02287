import { mkdir, symlink } from 'node:fs/promises'
import { maxFileBytes } from '@codelab/contracts/tools'
import { makeProject, type Project, snapshot } from './project.ts'

let project: Project
let before: Record<string, string>
beforeEach(async () => {
  project = await makeProject({ 'a.txt': 'one\n', 'src/b.txt': 'b', bin: Buffer.from([0xff, 0]) })
  await mkdir(project.at('empty'))
  await symlink('src/b.txt', project.at('link'))
  before = await snapshot(project.top)
})
afterEach(async () => {
  expect(await snapshot(project.top)).toEqual(before)
  await project.close()
})

const preview = (name: string, args: object) => project.workspace.preview(name, args)
const codes = async (name: string, args: object) =>
  (await preview(name, args))?.warnings.map(({ code }) => code)

test('a write shows what is there and what would be', async () => {
  expect(await preview('write_file', { path: './src/../a.txt', content: 'two\n' })).toEqual({
    kind: 'text_change',
    path: 'a.txt',
    before: { kind: 'text', text: 'one\n' },
    after: 'two\n',
    warnings: [],
  })
  expect(await preview('write_file', { path: 'x/n.txt', content: '' })).toMatchObject({
    path: 'x/n.txt',
    before: { kind: 'absent' },
  })
  expect(await preview('write_file', { path: 'bin', content: '' })).toMatchObject({
    before: { kind: 'binary', size: 2 },
  })
})

test('a file too large to show is told by its size', async () => {
  await project.write('large', 'x'.repeat(maxFileBytes + 1))
  expect(await preview('write_file', { path: 'large', content: '' })).toMatchObject({
    before: { kind: 'large', size: maxFileBytes + 1 },
  })
  before = await snapshot(project.top)
})

test('an edit shows the whole text before and after', async () => {
  expect(
    await preview('edit_file', { path: 'a.txt', edits: [{ old: 'one', new: '1' }] }),
  ).toMatchObject({
    kind: 'text_change',
    before: { kind: 'text', text: 'one\n' },
    after: '1\n',
  })
})

test('moves, deletions and new folders show what is concerned', async () => {
  expect(await preview('move_file', { path: 'src', to: 'a.txt' })).toMatchObject({
    kind: 'move',
    path: 'src',
    to: 'a.txt',
    moved: { kind: 'folder', entries: 1 },
    existing: { kind: 'file', size: 4 },
  })
  expect(await preview('delete_file', { path: 'link' })).toMatchObject({
    kind: 'deletion',
    deleted: { kind: 'link', target: 'src/b.txt' },
  })
  expect(await preview('delete_file', { path: 'empty' })).toMatchObject({
    deleted: { kind: 'folder', entries: 0 },
  })
  expect(await preview('create_directory', { path: 'x/y' })).toMatchObject({
    kind: 'new_folder',
    path: 'x/y',
    existing: { kind: 'absent' },
  })
})

test('a command shows its exact arguments, its real folder and its time limit', async () => {
  await symlink('src', project.at('alias'))
  before = await snapshot(project.top)
  expect(await preview('execute_command', { argv: ['ls', '-l', 'a b'], cwd: 'alias' })).toEqual({
    kind: 'command',
    argv: ['ls', '-l', 'a b'],
    cwd: `${project.root}/src`,
    timeoutSeconds: 60,
    sandbox: { kind: 'none', reason: 'it is turned off in the settings', refused: false },
    warnings: [],
  })
})

test('tools that only look have none', async () => {
  for (const name of ['read_file', 'list_files', 'search', 'git.diff', 'git.status', 'git.log'])
    expect(await preview(name, { path: 'a.txt', pattern: 'x' })).toBeUndefined()
})

test.each([
  ['write_file', { path: '../x', content: '' }, 'path_outside_workspace'],
  ['write_file', { path: '.git/hooks/x', content: '' }, 'permission_denied'],
  ['write_file', { path: 'src', content: '' }, 'not_a_file'],
  ['edit_file', { path: 'a.txt', edits: [{ old: 'none', new: '' }] }, 'edit_not_found'],
  ['edit_file', { path: 'none', edits: [{ old: 'x', new: '' }] }, 'file_not_found'],
  ['delete_file', { path: 'none' }, 'file_not_found'],
  ['move_file', { path: 'none', to: 'x' }, 'file_not_found'],
  ['execute_command', { argv: ['ls'], cwd: '..' }, 'path_outside_workspace'],
  ['write_file', {}, 'invalid_arguments'],
  ['no_tool', {}, 'unknown_tool'],
])('%s with %j cannot be shown: %s', async (name, args, code) => {
  await expect(preview(name, args)).rejects.toMatchObject({ code })
})

test('warns of what a person may overlook', async () => {
  expect(await codes('write_file', { path: 'x', content: 'a\u202eb' })).toEqual([
    'hidden_characters',
  ])
  expect(await codes('write_file', { path: 'x', content: 'a\u001b[2Jb' })).toEqual([
    'control_characters',
  ])
  expect(await codes('write_file', { path: '.vscode/tasks.json', content: '{}' })).toEqual([
    'always_asks',
  ])
  expect(await codes('write_file', { path: 'package.json', content: '{}' })).toEqual(['runs_later'])
  expect(await codes('write_file', { path: 'x', content: '\ufeffa\tb\r\n❤️ 👩‍💻' })).toEqual([])
  expect(await codes('execute_command', { argv: ['cat', '/etc/passwd'] })).toEqual(['outside_risk'])
  expect(await codes('execute_command', { argv: ['rm', '.git/config'] })).toEqual(['inside_git'])
  expect(await codes('execute_command', { argv: ['a\u200bb'] })).toEqual(['hidden_characters'])
})
