import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import {
  createSandbox,
  findBubblewrap,
  type SandboxMode,
} from '@codelab/engine/workspace/program/sandbox/sandbox'
import { makeProject, type Project, secret } from './project.ts'

/** A real listener on this machine, to see whether a program reaches it. */
const listen = () =>
  new Promise<Server>((settle) => {
    const server = createServer((socket) => socket.end('hello'))
    server.listen(0, '127.0.0.1', () => settle(server))
  })

const sandboxed = (mode: SandboxMode = 'auto', network = false) => ({
  sandbox: createSandbox(async () => ({ mode, network })),
})

let project: Project
const open = async (files: Record<string, string> = {}, how = sandboxed()) => {
  project = await makeProject({ 'src/a.txt': 'a', ...files }, how)
  await mkdir(join(project.home, '.ssh'))
  await writeFile(join(project.home, '.ssh/id'), secret)
  await mkdir(join(project.home, '.cargo/registry'), { recursive: true })
  await writeFile(join(project.home, '.cargo/registry/crate'), 'a crate')
  await writeFile(join(project.home, '.cargo/credentials.toml'), secret)
  return project
}
afterEach(() => project.close())

type Ran = { result: { exit_code: number; stdout: string; stderr: string; note?: string } }
const run = async (...argv: string[]) =>
  (await project.run('execute_command', { argv })) as unknown as Ran
const sh = (script: string) => run('sh', '-c', script)

test('this machine has it, else this suite shows nothing', async () => {
  await open()
  expect(await findBubblewrap()).toEqual({ program: '/usr/bin/bwrap' })
})

test('a program works on the project as without it', async () => {
  await open()
  expect(await sh('pwd; cat src/a.txt; echo made > src/new.txt; echo err >&2; exit 3')).toEqual({
    result: {
      exit_code: 3,
      stdout: `${project.root}\na`,
      stderr: 'err\n',
      note: expect.stringContaining('only the project folder can be changed'),
    },
  })
  expect(await project.read('src/new.txt')).toBe('made\n')
})

test('nothing else can be changed, and what is beside the project in a hidden folder is not seen', async () => {
  await open()
  const beside = join(project.outside, 'secret.txt')
  for (const target of [
    beside,
    join(project.home, 'planted'),
    '/etc/planted',
    '/usr/planted',
    '/planted',
  ])
    await sh(`echo planted > '${target}'`)
  expect(await readFile(beside, 'utf8')).toBe(secret)
  expect(['/etc/planted', '/usr/planted', '/planted'].filter(existsSync)).toEqual([])
  expect(existsSync(join(project.home, 'planted'))).toBe(false)
  await symlink(project.outside, project.at('out'))
  expect(JSON.stringify(await sh('cat out/secret.txt; echo x > out/planted'))).not.toContain(secret)
  expect(existsSync(join(project.outside, 'planted'))).toBe(false)
})

test('the home is hidden but for tool chains and caches, which are read-only', async () => {
  await open()
  const seen = await sh(
    'cat ~/.ssh/id ~/.cargo/credentials.toml; cat ~/.cargo/registry/crate; ls -A ~',
  )
  expect(JSON.stringify(seen)).not.toContain(secret)
  expect(seen.result.stdout).toBe('a crate.cargo\n')
  await sh('echo changed > ~/.cargo/registry/crate')
  expect(await readFile(join(project.home, '.cargo/registry/crate'), 'utf8')).toBe('a crate')
})

test.each([
  [false, false],
  [true, true],
])('network %s: it reaches this machine: %s', async (network, reaches) => {
  await open({}, sandboxed('auto', network))
  const server = await listen()
  const { port } = server.address() as AddressInfo
  const script = `require('net').connect(${port},'127.0.0.1').on('data',d=>console.log(String(d))).on('error',e=>console.log(e.code))`
  const { result } = await run(process.execPath, '-e', script)
  server.close()
  expect(result.stdout.includes('hello')).toBe(reaches)
})

test('other processes and the sockets of the system are out of reach', async () => {
  await open()
  const { result } = await sh(
    `kill -0 ${process.pid} 2>/dev/null && echo reached; ls -A /run /tmp; ls /proc | grep -c '^[0-9]'`,
  )
  expect(result.stdout).not.toContain('reached')
  expect(result.stdout).not.toContain('docker')
  expect(Number(result.stdout.trim().split('\n').at(-1))).toBeLessThan(8)
})

test("git works, but git's own settings and hooks cannot be changed unless the command names them", async () => {
  await open({ '.vscode/settings.json': '{}', '.env': 'A=1' })
  execFileSync('git', ['init', '-q', project.root])
  await sh(
    'git -c user.name=a -c user.email=a@b add src && git -c user.name=a -c user.email=a@b commit -qm first',
  )
  expect(String(execFileSync('git', ['-C', project.root, 'log', '--format=%s']))).toBe('first\n')
  const before = await project.read('.git/config')
  await run('python3', '-c', 'open(".g"+"it/hooks/post-commit","w").write("x")')
  await run(process.execPath, '-e', 'require("fs").writeFileSync(".vsc"+"ode/settings.json","bad")')
  await run(process.execPath, '-e', 'require("fs").writeFileSync(".e"+"nv","bad")')
  await run('git', 'config', 'core.fsmonitor', 'evil')
  expect(await project.read('.git/config')).toBe(before)
  expect(existsSync(project.at('.git/hooks/post-commit'))).toBe(false)
  expect(await project.read('.vscode/settings.json')).toBe('{}')
  expect(await project.read('.env')).toBe('A=1')
  // Such a command always asks; the person saw the name.
  await sh('echo B=2 > .env')
  expect(await project.read('.env')).toBe('B=2\n')
})

test('a folder made up as a bare repository names no programs to git', async () => {
  await open()
  execFileSync('git', ['init', '-q', '--bare', project.at('sub')])
  await writeFile(project.at('evil.sh'), `#!/bin/sh\ntouch ${project.at('planted')}\n`)
  await chmod(project.at('evil.sh'), 0o755)
  execFileSync('git', ['--git-dir', project.at('sub'), 'config', 'core.bare', 'false'])
  execFileSync('git', ['--git-dir', project.at('sub'), 'config', 'core.worktree', project.root])
  execFileSync('git', [
    '--git-dir',
    project.at('sub'),
    'config',
    'core.fsmonitor',
    project.at('evil.sh'),
  ])
  await project.run('execute_command', { argv: ['git', 'status'], cwd: 'sub' })
  expect(existsSync(project.at('planted'))).toBe(false)
  // The trick works where git is not careful.
  execFileSync('git', ['status'], { cwd: project.at('sub'), stdio: 'ignore' })
  expect(existsSync(project.at('planted'))).toBe(true)
})

test('a time-out ends everything in it', async () => {
  await open()
  const outcome = await project.run('execute_command', {
    argv: ['sh', '-c', 'setsid sleep 4242 & sleep 4242'],
    timeout_s: 1,
  })
  expect(outcome).toMatchObject({ error: { code: 'command_timeout' } })
  const running = () =>
    String(execFileSync('ps', ['-eo', 'args']))
      .split('\n')
      .filter((line) => line === 'sleep 4242')
  expect(running()).toEqual([])
})

test('a program that does not exist is told as such', async () => {
  await open()
  expect(await project.run('execute_command', { argv: ['no-such-program'] })).toMatchObject({
    error: { code: 'command_failed', message: expect.stringContaining('No such file') },
  })
})

describe('where there is none', () => {
  const missing = (mode: SandboxMode) => ({
    sandbox: createSandbox(
      async () => ({ mode, network: false }),
      () => findBubblewrap(['/nowhere/bwrap']),
    ),
  })
  const preview = async () =>
    await project.workspace.preview('execute_command', { argv: ['touch', 'made'] })

  test('auto runs it and the person is told before', async () => {
    await open({}, missing('auto'))
    const reason = 'bubblewrap is not installed'
    expect(await preview()).toMatchObject({ sandbox: { kind: 'none', reason, refused: false } })
    expect(await run('touch', 'made')).toMatchObject({ result: { exit_code: 0 } })
  })

  test('required runs nothing, and says why', async () => {
    await open({}, missing('required'))
    expect(await preview()).toMatchObject({ sandbox: { kind: 'none', refused: true } })
    expect(await project.run('execute_command', { argv: ['touch', 'made'] })).toMatchObject({
      error: {
        code: 'command_failed',
        message: expect.stringContaining('bubblewrap is not installed'),
      },
    })
    expect(existsSync(project.at('made'))).toBe(false)
  })

  test('one that does not work is tried once, and its own words are told', async () => {
    await open()
    await writeFile(
      project.at('bwrap'),
      '#!/bin/sh\necho x >> "${0%/*}/tries"; echo no user namespaces >&2; exit 1\n',
    )
    await chmod(project.at('bwrap'), 0o755)
    let looks = 0
    const sandbox = createSandbox(
      async () => ({ mode: 'auto', network: false }),
      () => (looks++, findBubblewrap([project.at('bwrap')])),
    )
    for (let time = 0; time < 3; time += 1)
      expect(await sandbox.state()).toMatchObject({
        reason: expect.stringContaining('no user namespaces'),
      })
    expect(looks).toBe(1)
    expect(await readFile(project.at('tries'), 'utf8')).toBe('x\n')
  })
})

const odd = [
  'caf\u00e9',
  'cafe\u0301',
  'a\u202eb\u2066c',
  'zero\u200bwidth\u2060',
  '\u0441\u0430t',
  'tab\tand\nline',
  '\u001b[2J',
  '😀👩‍💻',
  "'",
  '"',
  '\\',
  '$HOME $(id) `id`',
  '*',
  '-',
  '--',
  '',
  ' ',
  '--ro-bind',
]

test.each(['auto', 'off'] as const)(
  'what was approved is what runs, byte for byte (%s)',
  async (mode) => {
    await open({}, sandboxed(mode))
    const script =
      'console.log(JSON.stringify(process.argv.slice(1).map(a => Buffer.from(a).toString("hex"))))'
    const argv = [process.execPath, '-e', script, '--', ...odd]
    const preview = await project.workspace.preview('execute_command', { argv })
    expect(preview).toMatchObject({ kind: 'command', argv })
    const { result } = await run(...argv)
    expect(JSON.parse(result.stdout)).toEqual(odd.map((word) => Buffer.from(word).toString('hex')))
  },
)
