import { appendFile, mkdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import type { Change } from '@codelab/engine/workspace/watching/change-queue'
import { FileChange } from '@codelab/contracts/frames'
import { until } from '../../support/until.ts'
import { makeProject, type Project } from './project.ts'

let project: Project
let changes: Change[]

beforeEach(async () => {
  project = await makeProject({
    'a.txt': 'a',
    'src/b.txt': 'b',
    '.gitignore': 'dist/\n*.log\n!keep.log\n',
    'pkg/.gitignore': '/out\n',
    'pkg/c.txt': 'c',
    'node_modules/m/index.js': '1',
    '.git/HEAD': 'ref',
    'dist/x.js': '1',
  })
  changes = []
  await project.workspace.watch((change) => changes.push(change))
})
afterEach(() => project.close())

const told = () => changes.map(({ path, change }) => `${change} ${path}`)

/** Everything that came before has been told once two later changes are, one after the other: deletions are told with a delay. */
async function fence(): Promise<string[]> {
  for (const name of ['fence-1.txt', 'fence-2.txt']) {
    await writeFile(project.at(name), 'fence')
    await until('the fence', () => changes.some(({ path }) => path === name))
  }
  return told().filter((line) => !line.includes('fence-'))
}

test('tells what a person creates, modifies and deletes, in the form of the wire', async () => {
  await writeFile(project.at('src/new.txt'), 'n')
  await appendFile(project.at('a.txt'), 'more')
  await unlink(project.at('src/b.txt'))
  await until('three changes', () => changes.length >= 3)
  expect(told().toSorted()).toEqual(['created src/new.txt', 'deleted src/b.txt', 'modified a.txt'])
  for (const change of changes) expect(FileChange.safeParse(change).success).toBe(true)
})

test('says nothing of what git ignores, of git itself and of node_modules', async () => {
  for (const path of [
    'dist/y.js',
    'x.log',
    'src/deep.log',
    'pkg/out',
    '.git/index',
    'node_modules/m/new.js',
    'pkg/node_modules',
  ])
    await writeFile(project.at(path), '1')
  await writeFile(project.at('keep.log'), '1')
  await writeFile(project.at('src/out'), '1')
  await until('two changes', () => changes.length >= 2)
  expect((await fence()).toSorted()).toEqual(['created keep.log', 'created src/out'])
})

test('an edited .gitignore counts from then on', async () => {
  await writeFile(project.at('.gitignore'), '*.tmp\n')
  await until('the rules were told', () => told().includes('modified .gitignore'))
  await writeFile(project.at('x.tmp'), '1')
  await writeFile(project.at('x.log'), '1')
  await until('the other one', () => told().includes('created x.log'))
  expect(await fence()).not.toContain('created x.tmp')
})

test('many writes of one file are told once', async () => {
  for (let round = 0; round < 50; round += 1) await writeFile(project.at('a.txt'), `${round}`)
  await until('the change', () => changes.length > 0)
  expect((await fence()).filter((line) => line === 'modified a.txt').length).toBeLessThanOrEqual(2)
})

test('a file that came and went at once is not told', async () => {
  await writeFile(project.at('gone.txt'), '1')
  await unlink(project.at('gone.txt'))
  expect(await fence()).toEqual([])
})

test('says nothing of what the tools themselves do', async () => {
  await project.result('write_file', { path: 'w.txt', content: 'w' })
  await project.result('write_file', { path: 'deep/er/w.txt', content: 'w', create_dirs: true })
  await project.result('edit_file', { path: 'a.txt', edits: [{ old: 'a', new: 'z' }] })
  await project.result('delete_file', { path: 'src/b.txt' })
  await project.result('move_file', { path: 'pkg', to: 'moved' })
  await project.result('move_file', { path: 'w.txt', to: 'v.txt' })
  expect(await fence()).toEqual([])
})

test('a change right after that of a tool is told', async () => {
  await project.result('write_file', { path: 'w.txt', content: 'w' })
  await writeFile(project.at('w.txt'), 'by a person')
  await until('the change', () => changes.some(({ path }) => path === 'w.txt'))
  await project.result('delete_file', { path: 'a.txt' })
  await writeFile(project.at('a.txt'), 'again')
  await until('the change', () => changes.some(({ path }) => path === 'a.txt'))
})

test('the work of a command is told, since nobody else knows of it', async () => {
  await project.result('execute_command', { argv: ['touch', 'made-by-command'] })
  await until('the change', () => told().includes('created made-by-command'))
})

test('links are not followed out of the project', async () => {
  await symlink(project.outside, project.at('out'))
  await writeFile(`${project.outside}/new.txt`, '1')
  await writeFile(`${project.outside}/secret.txt`, 'changed')
  const lines = await fence()
  expect(lines.filter((line) => line.includes('out/'))).toEqual([])
})

test('a new folder is watched, a moved one told file by file', async () => {
  await mkdir(project.at('one/two'), { recursive: true })
  await writeFile(project.at('one/two/x.txt'), '1')
  await until('the file in the new folder', () => told().includes('created one/two/x.txt'))
  await rename(project.at('one'), project.at('three'))
  await until('the move', () => told().includes('created three/two/x.txt'))
  await until('the move', () => told().includes('deleted one/two/x.txt'))
  await rm(project.at('three'), { recursive: true })
  await until('the deletion', () => told().includes('deleted three/two/x.txt'))
})

test('a thousand changes at once are all told, bit by bit', async () => {
  await mkdir(project.at('many'))
  for (let file = 0; file < 1_000; file += 1) await writeFile(project.at(`many/${file}`), '1')
  await until('all of them', () => new Set(told()).size >= 1_000, 60_000)
  expect(new Set(told().filter((line) => line.startsWith('created many/'))).size).toBe(1_000)
}, 90_000)

test('a folder that was replaced is watched as before', async () => {
  await rm(project.at('src'), { recursive: true })
  await mkdir(project.at('src'))
  await writeFile(project.at('src/b.txt'), 'another')
  await writeFile(project.at('src/c.txt'), 'c')
  await until('what is new in it', () => told().includes('created src/c.txt'))
  await fence()
  changes.length = 0
  await appendFile(project.at('src/b.txt'), 'more')
  await until('a change in the new folder', () => told().includes('modified src/b.txt'))
})

test('what is no longer ignored is watched from then on, and not told as new', async () => {
  await writeFile(project.at('.gitignore'), '*.log\n')
  await until('the rules were told', () => told().includes('modified .gitignore'))
  await fence()
  await writeFile(project.at('dist/y.js'), '1')
  await until('a file in it', () => told().includes('created dist/y.js'))
  expect(told()).not.toContain('created dist/x.js')
})

test('what an editor keeps beside a file is not told', async () => {
  await writeFile(project.at('.a.txt.swp'), '1')
  await writeFile(project.at('a.txt~'), '1')
  expect(await fence()).toEqual([])
})

test('nothing is told after the end', async () => {
  await fence()
  await project.workspace.close()
  const before = changes.length
  await writeFile(project.at('late.txt'), '1')
  const other = await makeProject()
  const later: Change[] = []
  await other.workspace.watch((change) => later.push(change))
  await other.write('x', '1')
  await until('another watcher tells', () => later.length > 0)
  await other.close()
  expect(changes).toHaveLength(before)
})
