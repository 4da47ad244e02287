import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NarrowingRule } from '@codelab/contracts/engine-ui/settings'
import { writeSettings } from '@codelab/engine/settings/settings-file'
import { openTerminal, runCli } from '../support/cli.ts'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { signIn } from '../support/socket.ts'
import { until } from '../support/until.ts'

/** The five scenarios and file synchronisation through the terminal client, in a real project folder. */
let platform: StartedPlatform
let scratch: string
let cwd: string
let home: string

beforeAll(async () => {
  platform = await startPlatform()
  scratch = await mkdtemp(join(tmpdir(), 'codelab-cli-'))
  home = join(scratch, 'home')
  await mkdir(home)
}, 60_000)
afterAll(async () => {
  await platform.remove()
  await rm(scratch, { recursive: true, force: true })
}, 30_000)

beforeEach(async () => {
  cwd = await mkdtemp(join(scratch, 'project-'))
  execFileSync('git', ['init', '-q'], { cwd })
  await writeFile(join(cwd, 'README.md'), '# Walrus\n\nThe walrus lives here.\n')
  await writeFile(join(cwd, 'old.txt'), 'old\n')
  await writeFile(join(cwd, 'other.txt'), 'other\n')
  const login = await runCli(
    [
      'login',
      '--server',
      platform.ready.gateway,
      '--user',
      platform.ready.username,
      '--password-stdin',
    ],
    {
      cwd,
      home,
      input: `${platform.ready.password}\n`,
    },
  )
  expect(login).toMatchObject({ code: 0 })
})

const cli = (args: readonly string[], env: Record<string, string> = {}) =>
  runCli(args, { cwd, home, env })
const there = (name: string) =>
  stat(join(cwd, name)).then(
    () => true,
    () => false,
  )

test('sign-in tells who one is; a wrong password is said in plain words', async () => {
  expect(await cli(['whoami'])).toMatchObject({
    code: 0,
    out: expect.stringContaining(platform.ready.username),
  })
  const wrong = await runCli(
    [
      'login',
      '--server',
      platform.ready.gateway,
      '--user',
      platform.ready.username,
      '--password-stdin',
    ],
    {
      cwd,
      home: join(scratch, 'nobody'),
      input: 'wrong\n',
    },
  )
  expect(wrong.code).toBe(3)
  expect(wrong.err).toMatch(/password/i)
})

test('signed out, it says so and what to do', async () => {
  const result = await runCli(['run', 'count to 3', '--server', platform.ready.gateway], {
    cwd,
    home: join(scratch, 'empty'),
  })
  expect(result).toMatchObject({ code: 3, err: expect.stringContaining('codelab login') })
})

test('a plain dialogue writes the answer and nothing else', async () => {
  expect(await cli(['run', 'count to 5'])).toMatchObject({ code: 0, out: '1 2 3 4 5\n' })
})

test('read_file runs in the project folder', async () => {
  expect(await cli(['run', 'read README.md'])).toMatchObject({
    code: 0,
    out: expect.stringContaining('The walrus lives here.'),
  })
})

test('list, search and git run on the machine', async () => {
  const result = await cli([
    'run',
    'list the files then search for walrus then show the git status',
  ])
  expect(result).toMatchObject({ code: 0 })
  for (const text of ['old.txt', 'The walrus lives here.', '??']) expect(result.out).toContain(text)
})

test('what tools changed is listed and taken back, and not what a person changed since', async () => {
  expect(await cli(['undo', '--yes'])).toMatchObject({
    code: 0,
    err: 'There is nothing to take back.\n',
  })
  expect(await cli(['run', '--approve=all', 'delete old.txt'])).toMatchObject({ code: 0 })
  expect(await there('old.txt')).toBe(false)
  const listed = await cli(['undo', '--list'])
  expect(listed.out).toContain('deleted old.txt')
  expect(await cli(['undo'])).toMatchObject({ code: 2, err: expect.stringContaining('--yes') })
  expect(await there('old.txt')).toBe(false)

  await writeFile(join(cwd, 'old.txt'), 'mine now\n')
  expect(await cli(['undo', '--yes'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('There is another old.txt now'),
  })
  await rm(join(cwd, 'old.txt'))
  const undone = await cli(['undo', '--yes'], { LANG: 'ru_RU.UTF-8' })
  expect(undone).toMatchObject({ code: 0, err: expect.stringContaining('Возвращено как было') })
  expect(await readFile(join(cwd, 'old.txt'), 'utf8')).toBe('old\n')
  expect((await cli(['undo', '--list'])).out).toContain('taken back')
  expect(await cli(['undo', '--change', 'none', '--yes'])).toMatchObject({ code: 2 })
})

test('delete_file approved for a script deletes', async () => {
  expect(await cli(['run', '--approve=all', 'delete old.txt'])).toMatchObject({ code: 0 })
  expect(await there('old.txt')).toBe(false)
})

test('delete_file refused for a script leaves the file and says so by its code', async () => {
  expect(await cli(['run', '--approve=never', 'delete old.txt'])).toMatchObject({ code: 5 })
  expect(await there('old.txt')).toBe(true)
})

test('an approval that nobody can give stays open and is given by another command', async () => {
  const asked = await cli(['run', '--json', 'delete old.txt'])
  expect(asked.code).toBe(5)
  const frames = asked.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; call_id?: string; session_id?: string })
  const { call_id } = frames.find(({ type }) => type === 'tool_call')!
  expect((await cli(['approvals'])).out).toContain(call_id!)
  expect(await cli(['approvals', 'reject', call_id!, '--reason', 'keep it'])).toMatchObject({
    code: 0,
  })
  expect((await cli(['approvals'])).out).not.toContain(call_id!)
  expect(await there('old.txt')).toBe(true)
})

/** With rules of this machine, until the returned function is called. */
async function withRules(...approval_rules: NarrowingRule[]) {
  await writeSettings(home, { approval_rules })
  return () => writeSettings(home, { approval_rules: [] })
}

test('a rule of this machine holds back what the workspace lets pass', async () => {
  const without = await withRules({ tool: 'read_file', path: 'README.md', action: 'ask' })
  try {
    const asked = await cli(['run', 'read README.md'])
    expect([asked.code, asked.out]).toEqual([5, ''])
    const terminal = openTerminal(['run', 'read README.md'], { cwd, home })
    await terminal.shows('[a]pprove   [r]eject ?')
    // Neither edited nor approved for the session: these keys only ring the bell.
    for (const key of ['e', 's']) {
      const from = terminal.screen().length
      terminal.type(key)
      await terminal.shows('\u0007', from)
    }
    terminal.type('a')
    expect(await terminal.exit()).toEqual({ code: 0 })
    expect(terminal.screen()).toContain('The walrus lives here.')
  } finally {
    await without()
  }
})

test('a rule of this machine that forbids a tool is told to the model, also one made while they talk', async () => {
  const terminal = openTerminal(['chat'], { cwd, home })
  await terminal.shows('›')
  terminal.type('read README.md\r')
  await terminal.shows('The walrus lives here.')
  const without = await withRules({ tool: 'read_file', action: 'deny', reason: 'Not on my disk.' })
  try {
    await until('the rule to hold', async () => {
      const from = terminal.screen().length
      terminal.type('read README.md\r')
      await terminal.shows(/README\.md has|Not on my disk/, from)
      return terminal.screen().slice(from).includes('Not on my disk.')
    })
  } finally {
    await without()
    terminal.kill()
  }
})

test('in a terminal: the diff before a write, approved with a key', async () => {
  const terminal = openTerminal(['run', 'write old.txt with content fresh'], { cwd, home })
  await terminal.shows('-old')
  await terminal.shows('+fresh')
  expect(await readFile(join(cwd, 'old.txt'), 'utf8')).toBe('old\n')
  await terminal.shows('[a]')
  terminal.type('a')
  expect(await terminal.exit()).toEqual({ code: 0 })
  expect((await readFile(join(cwd, 'old.txt'), 'utf8')).trim()).toBe('fresh')
})

test('in a terminal: arguments edited in $EDITOR are what runs', async () => {
  const editor = join(scratch, 'editor.sh')
  await writeFile(editor, '#!/bin/sh\nsed -i "s/old.txt/other.txt/" "$1"\n')
  await chmod(editor, 0o755)
  const terminal = openTerminal(['run', 'delete old.txt'], { cwd, home, env: { EDITOR: editor } })
  await terminal.shows('[a]')
  terminal.type('e')
  await terminal.shows('other.txt')
  terminal.type('a')
  expect(await terminal.exit()).toEqual({ code: 0 })
  expect([await there('old.txt'), await there('other.txt')]).toEqual([true, false])
})

test('in a terminal: rejected with a reason, which the model repeats', async () => {
  const terminal = openTerminal(['run', 'delete old.txt'], { cwd, home })
  await terminal.shows('[a]')
  terminal.type('r')
  await terminal.shows('Why')
  terminal.type('it is precious\r')
  await terminal.shows(/You said: “it is precious”/)
  await terminal.exit()
  expect(await there('old.txt')).toBe(true)
})

test('a file changed by hand reaches the conversation', async () => {
  const terminal = openTerminal(['chat'], { cwd, home })
  await terminal.shows('›')
  const session = /Session ([\w-]+)/.exec(terminal.screen())![1]
  const { gateway, username, password } = platform.ready
  const { access_token } = await signIn(gateway, username, password)
  const headers = { authorization: `Bearer ${access_token}` }
  // Watching begins a moment after the prompt, and a file that keeps changing is reported once it rests: saved again every 2 s.
  let saves = 0
  const saving = setInterval(
    () => void writeFile(join(cwd, 'src.py'), `print(${(saves += 1)})\n`),
    2_000,
  )
  await until('the change to be in the conversation', async () => {
    const response = await fetch(`${gateway}/api/v1/sessions/${session}/messages`, { headers })
    return (await response.text()).includes('File src.py was modified by user')
  }).finally(() => clearInterval(saving))
  const asked = terminal.screen().length
  terminal.type('which files did I change?\r')
  await terminal.shows(/src\.py[\s\S]*› /, asked) // the answer, and the prompt that Ctrl-D leaves
  terminal.type('\u0004')
  await terminal.exit()
})
