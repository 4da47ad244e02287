import { spawn } from 'node:child_process'
import { chmod, chown, mkdir, readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ToolOutcome } from '@codelab/engine/workspace/execute-call'
import { makeProject, type Project } from './project.ts'

const child = resolve(import.meta.dirname, 'write-child.ts')
const nobody = 65_534
/** Root may do everything, so it becomes somebody else. */
const isRoot = process.getuid?.() === 0

/** A full disk, a disk and entries that may not be written: real ones, in mount and user namespaces of the system. */
let project: Project
beforeEach(async () => {
  project = await makeProject({ 'a.txt': 'one\n', 'src/b.txt': 'b\n' })
})
afterEach(() => project.close())

type Places = { root?: string; undo?: string; home?: string }

/** Runs a shell script that ends in the child; answers what the tools answered. */
function inShell(
  script: string,
  calls: [string, object][],
  { root = project.root, undo = join(project.home, 'undo'), home = project.home }: Places = {},
  as?: { uid?: number; gid?: number },
): Promise<ToolOutcome[]> {
  const argv = ['-c', `${script}\nexec "$@"`, 'sh', process.execPath, child, root, undo, home]
  const program = as ? 'sh' : 'unshare'
  const started = spawn(program, [...(as ? [] : ['-rm', 'sh']), ...argv, JSON.stringify(calls)], {
    ...as,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  started.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  started.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  return new Promise((settle, reject) => {
    started.on('close', (code) =>
      code === 0
        ? settle(
            out
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line) as ToolOutcome),
          )
        : reject(new Error(`${code}: ${err}`)),
    )
  })
}

const big = 'x'.repeat(30_000)
const codes = (outcomes: ToolOutcome[]) =>
  outcomes.map((outcome) => ('error' in outcome ? outcome.error.code : 'result'))
const messages = (outcomes: ToolOutcome[]) =>
  outcomes.map((outcome) => ('error' in outcome ? outcome.error.message : ''))

test('on a full disk the old file stays whole, nothing half lies beside it, and the text says why', async () => {
  const root = project.at('small')
  await mkdir(root)
  const script = `mount -t tmpfs -o size=20k tmpfs '${root}' && printf 'old\\n' > '${root}/a.txt'`
  const outcomes = await inShell(
    script,
    [
      ['write_file', { path: 'a.txt', content: big }],
      ['edit_file', { path: 'a.txt', edits: [{ old: 'old', new: big }] }],
      ['write_file', { path: 'new/n.txt', content: big, create_dirs: true }],
      ['read_file', { path: 'a.txt' }],
      ['list_files', { glob: '**' }],
      ['write_file', { path: 'a.txt', content: 'it fits' }],
    ],
    { root },
  )
  expect(codes(outcomes)).toEqual(['failed', 'failed', 'failed', 'result', 'result', 'result'])
  for (const message of messages(outcomes).slice(0, 3))
    expect(message).toContain('the disk is full')
  expect(outcomes[3]).toEqual({ result: 'old\n' })
  expect(JSON.stringify(outcomes[4])).not.toContain('.codelab-')
})

test('where what is needed for undo cannot be kept, nothing is changed', async () => {
  const undo = join(project.home, 'undo')
  await mkdir(undo)
  await project.write('a.txt', big)
  const outcomes = await inShell(
    `mount -t tmpfs -o size=16k tmpfs '${undo}'`,
    [
      ['write_file', { path: 'a.txt', content: 'new' }],
      ['edit_file', { path: 'a.txt', edits: [{ old: big, new: 'new' }] }],
    ],
    { undo },
  )
  expect(codes(outcomes)).toEqual(['failed', 'failed'])
  for (const message of messages(outcomes)) expect(message).toContain('undo')
  expect(await project.read('a.txt')).toBe(big)
})

const everyChange: [string, object][] = [
  ['write_file', { path: 'a.txt', content: 'new' }],
  ['write_file', { path: 'new.txt', content: 'new' }],
  ['edit_file', { path: 'a.txt', edits: [{ old: 'one', new: 'two' }] }],
  ['create_directory', { path: 'folder' }],
  ['move_file', { path: 'a.txt', to: 'z.txt' }],
  ['delete_file', { path: 'a.txt' }],
]

test('on a disk that became read-only every change is refused in plain words', async () => {
  const script = `mount --bind '${project.root}' '${project.root}' && mount -o remount,bind,ro '${project.root}'`
  const outcomes = await inShell(script, everyChange)
  expect(new Set(codes(outcomes))).toEqual(new Set(['permission_denied']))
  for (const message of messages(outcomes)) expect(message).toContain('read-only')
  expect(await readdir(project.root)).toEqual(['a.txt', 'src'])
  expect(await readdir(join(project.home, '.local/share/Trash/info'))).toEqual([])
})

describe('of a user who may not', () => {
  const asNobody = (calls: [string, object][]) =>
    inShell('', calls, {}, isRoot ? { uid: nobody, gid: nobody } : {})
  beforeEach(async () => {
    await chmod(project.top, 0o755)
    if (!isRoot) return
    for (const path of [project.root, project.home, project.at('src')])
      await chown(path, nobody, nobody)
    for (const file of ['a.txt', 'src/b.txt']) await chown(project.at(file), nobody, nobody)
  })

  test('a read-only file is not replaced, though its folder would let it be', async () => {
    await chmod(project.at('a.txt'), 0o444)
    const outcomes = await asNobody(everyChange.filter(([tool]) => /write|edit/.test(tool)))
    expect(codes(outcomes)).toEqual(['permission_denied', 'result', 'permission_denied'])
    expect(messages(outcomes)[0]).toContain('a.txt')
    expect(await project.read('a.txt')).toBe('one\n')
    expect((await stat(project.at('a.txt'))).mode & 0o777).toBe(0o444)
  })

  test('a read-only folder keeps its entries', async () => {
    await chmod(project.root, 0o555)
    const outcomes = await asNobody(everyChange)
    expect(new Set(codes(outcomes))).toEqual(new Set(['permission_denied']))
    expect(await readdir(project.root)).toEqual(['a.txt', 'src'])
    expect(await project.read('a.txt')).toBe('one\n')
  })

  test('a file that may not be read is not shown', async () => {
    await chmod(project.at('a.txt'), 0)
    const outcomes = await asNobody([
      ['read_file', { path: 'a.txt' }],
      ['write_file', { path: 'a.txt', content: 'x' }],
    ])
    expect(codes(outcomes)).toEqual(['permission_denied', 'permission_denied'])
    await chmod(project.at('a.txt'), 0o644)
    expect(await project.read('a.txt')).toBe('one\n')
  })
})
