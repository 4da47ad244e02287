import { existsSync } from 'node:fs'
import { mkdir, symlink } from 'node:fs/promises'
import { maxResultBytes } from '@codelab/contracts/tools'
import { openWorkspace } from '@codelab/engine/workspace/open-workspace'
import { until } from '../../support/until.ts'
import { makeProject, noSandbox, type Project, silent } from './project.ts'

let project: Project
beforeEach(async () => {
  project = await makeProject({ 'src/a.txt': 'a' })
})
afterEach(() => project.close())

const command = (argv: string[], more: object = {}) =>
  project.run('execute_command', { argv, ...more })
const node = (script: string) => [process.execPath, '-e', script]

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('answers exit code and both streams', async () => {
  expect(await command(['sh', '-c', 'echo out; echo err >&2; exit 3'])).toEqual({
    result: { exit_code: 3, stdout: 'out\n', stderr: 'err\n' },
  })
})

test('a program that a signal ended says so', async () => {
  expect(await command(['sh', '-c', 'kill -SEGV $$'])).toEqual({
    result: { exit_code: null, signal: 'SIGSEGV', stdout: '', stderr: '' },
  })
})

test.each([
  ['$HOME'],
  ['`id`'],
  ['$(id)'],
  ['a; id'],
  ['a && id'],
  ['a | id'],
  ['> planted'],
  ['*'],
  ['~'],
  ['"quoted"'],
  ['a\nid'],
  ['%PATH%'],
  [''],
])('%j is an argument, never anything to a shell', async (argument) => {
  expect(
    await command(node('process.stdout.write(process.argv[1])').concat('--', argument)),
  ).toEqual({
    result: { exit_code: 0, stdout: argument, stderr: '' },
  })
  expect(existsSync(project.at('planted'))).toBe(false)
})

test('runs in the project folder, or the folder that is named', async () => {
  expect(await command(['pwd'])).toMatchObject({ result: { stdout: `${project.root}\n` } })
  expect(await command(['sh', '-c', 'pwd; echo $PWD'], { cwd: 'src' })).toMatchObject({
    result: { stdout: `${project.root}/src\n${project.root}/src\n` },
  })
})

test.each(['..', 'out', 'out/x', 'src/../..', '/tmp'])(
  'a folder outside (%s) is refused',
  async (cwd) => {
    await symlink(project.outside, project.at('out'))
    await mkdir(`${project.outside}/x`)
    expect(await command(['touch', 'planted'], { cwd })).toMatchObject({
      error: { code: 'path_outside_workspace' },
    })
  },
)

test.each([
  ['src/a.txt', 'not_a_directory'],
  ['none', 'file_not_found'],
])('a folder that is none (%s) answers %s', async (cwd, code) => {
  expect(await command(['true'], { cwd })).toMatchObject({ error: { code } })
})

const carefulGit = ['GIT_CONFIG_COUNT', 'GIT_CONFIG_KEY_0', 'GIT_CONFIG_VALUE_0']

test('nothing of the environment is passed on but a fixed list', async () => {
  const workspace = await openWorkspace(project.root, {
    log: silent,
    sandbox: noSandbox,
    env: {
      PATH: `${process.env.PATH}:.:relative/bin:`,
      HOME: '/home/me',
      LANG: 'C.UTF-8',
      LC_TIME: 'C',
      OPENAI_API_KEY: 'sk-1',
      CODELAB_TOKEN: 't',
      SSH_AUTH_SOCK: '/tmp/agent',
      NODE_OPTIONS: '--require=./evil.js',
      LD_PRELOAD: './evil.so',
      GIT_DIR: '/x',
      RIPGREP_CONFIG_PATH: '/x',
      BASH_ENV: './evil.sh',
    },
  })
  const outcome = await workspace.execute(
    'execute_command',
    { argv: node('console.log(JSON.stringify(process.env))') },
    { signal: new AbortController().signal },
  )
  const { stdout } = (outcome as { result: { stdout: string } }).result
  const seen = JSON.parse(stdout) as Record<string, string>
  expect(Object.keys(seen).toSorted()).toEqual(
    [...carefulGit, 'CODELAB_RUN', 'HOME', 'LANG', 'LC_TIME', 'PATH', 'PWD', 'TERM'].toSorted(),
  )
  expect(seen.PATH).toBe(process.env.PATH)
})

test('standard input is closed', async () => {
  expect(await command(['cat'])).toEqual({ result: { exit_code: 0, stdout: '', stderr: '' } })
})

test.each([
  [['no-such-program-here'], 'command_failed'],
  [['./src/a.txt'], 'command_failed'],
  [['src'], 'command_failed'],
  [[''], 'invalid_arguments'],
  [['a\0b'], 'invalid_arguments'],
  [[], 'invalid_arguments'],
])('%j answers %s', async (argv, code) => {
  expect(await command(argv)).toMatchObject({ error: { code } })
})

describe('a program that takes too long', () => {
  test('is stopped, and its last words are told', async () => {
    const outcome = await command(['sh', '-c', 'echo working; sleep 100'], { timeout_s: 1 })
    expect(outcome).toMatchObject({ error: { code: 'command_timeout' } })
    expect(JSON.stringify(outcome)).toContain('working')
  })

  test.each([
    ['children', 'sleep 200 & echo $! > pid; wait'],
    [
      'children that ignore a polite signal',
      '(trap "" TERM; sleep 200) & echo $! > pid; trap "" TERM; sleep 200',
    ],
    [
      'children in a session of their own',
      'setsid sh -c "echo \\$\\$ > pid; exec sleep 200" & sleep 200',
    ],
    [
      'children that were given away',
      '(setsid sh -c "echo \\$\\$ > pid; exec sleep 200" &); sleep 200',
    ],
  ])('takes its %s with it', async (_, script) => {
    expect(await command(['sh', '-c', script], { timeout_s: 1 })).toMatchObject({
      error: { code: 'command_timeout' },
    })
    const pid = Number(await project.read('pid'))
    expect(pid).toBeGreaterThan(1)
    await until('the child is gone', () => !isRunning(pid))
  })
})

test('an abort stops the program', async () => {
  const abort = new AbortController()
  const running = project.run(
    'execute_command',
    { argv: ['sh', '-c', 'echo $$ > pid; sleep 200'] },
    abort.signal,
  )
  const pid = await until('the program runs', async () =>
    Number(await project.read('pid').catch(() => '')),
  )
  abort.abort()
  expect(await running).toMatchObject({ error: { code: 'cancelled' } })
  await until('the program is gone', () => !isRunning(pid))
})

test('a call that was cancelled before does not start', async () => {
  expect(
    await project.run('execute_command', { argv: ['touch', 'planted'] }, AbortSignal.abort()),
  ).toMatchObject({ error: { code: 'cancelled' } })
  expect(existsSync(project.at('planted'))).toBe(false)
})

test('what a program leaves in its group ends with it, and does not hold up the answer', async () => {
  expect(await command(['sh', '-c', 'sleep 200 & echo $! > pid'])).toMatchObject({
    result: { exit_code: 0 },
  })
  const pid = Number(await project.read('pid'))
  await until('the child is gone', () => !isRunning(pid))
})

describe('long output', () => {
  test('keeps its beginning and its end and says what is missing', async () => {
    const outcome = await command(node('for (let i = 0; i < 200000; i++) console.log("line " + i)'))
    const { stdout } = (outcome as { result: { stdout: string } }).result
    expect(stdout.startsWith('line 0\nline 1\n')).toBe(true)
    expect(stdout.endsWith('line 199999\n')).toBe(true)
    expect(stdout).toMatch(/\[… \d+ bytes left out …\]/)
    expect(stdout.length).toBeLessThan(100_000)
  })

  test('of any bytes fits into a result and holds no NUL', async () => {
    const script =
      'const b = Buffer.alloc(300000, 0); process.stdout.write(b); process.stderr.write(Buffer.alloc(300000, 0xff))'
    const outcome = await command(node(script))
    expect(Buffer.byteLength(JSON.stringify(outcome))).toBeLessThan(maxResultBytes)
    expect(JSON.stringify(outcome)).not.toContain('\\u0000')
  })

  test('that never ends does not fill the memory', async () => {
    const before = process.memoryUsage().rss
    expect(await command(['sh', '-c', 'yes'], { timeout_s: 2 })).toMatchObject({
      error: { code: 'command_timeout' },
    })
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
  })
})
