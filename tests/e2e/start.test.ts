import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { randomUUID } from 'node:crypto'
import { spawnPlatform, startPlatform } from '../support/platform.ts'
import { openSocket, signIn } from '../support/socket.ts'
import { until } from '../support/until.ts'

/** The one command: starting, stopping, starting again, and what it says when it cannot. */
const root = resolve(import.meta.dirname, '../..')
let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'codelab-'))
})
afterEach(() => rm(data, { recursive: true, force: true }))

/** Processes whose command line names the data folder, and the Redis of its pid file (Redis writes over its own command line). */
async function processesOf(folder: string): Promise<{ pid: number; args: string }[]> {
  const redis = parseInt(
    await readFile(join(folder, 'redis', 'redis.pid'), 'utf8').catch(() => ''),
    10,
  )
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const all = await Promise.all(
    pids.map(async (pid) => ({
      pid,
      args: (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' '),
    })),
  )
  return all.filter(({ pid, args }) => args !== '' && (args.includes(folder) || pid === redis))
}

async function failedStart(
  options: Omit<Parameters<typeof spawnPlatform>[0], 'data'> & { data?: string },
) {
  const { child, output } = spawnPlatform({ data, ...options })
  const [code] = (await once(child, 'exit')) as [number | null]
  // Log lines are JSON; the rest is for the person.
  return {
    code,
    lines: output()
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('{')),
  }
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s stops everything, and a second start finds the data again',
  async (signal) => {
    const first = await startPlatform({ data })
    const { gateway, username, password } = first.ready
    const { access_token } = await signIn(gateway, username, password)
    const session = randomUUID()
    const socket = await openSocket({ gateway, token: access_token, session })
    socket.send({ type: 'user_message', content: 'echo: remember me' })
    await socket.waitFor('turn', ({ state }) => state === 'finished')
    expect(await first.stop(signal)).toBe(0)
    expect((await socket.closed()).code).toBe(1012)
    expect(await processesOf(data)).toEqual([])

    const second = await startPlatform({ data })
    expect([second.ready.username, second.ready.password]).toEqual([username, password])
    const again = await signIn(second.ready.gateway, username, password)
    const response = await fetch(`${second.ready.gateway}/api/v1/sessions/${session}/messages`, {
      headers: { authorization: `Bearer ${again.access_token}` },
    })
    expect(
      ((await response.json()) as { items: { content: string }[] }).items.map(
        ({ content }) => content,
      ),
    ).toContain('echo: remember me')
    await second.stop()
  },
  90_000,
)

test('a second signal while stopping is no forced exit', async () => {
  const platform = await startPlatform({ data })
  process.kill(platform.pid, 'SIGINT')
  expect(await platform.stop('SIGINT')).toBe(0)
  expect(await processesOf(data)).toEqual([])
}, 60_000)

test('a signal while it still starts ends it cleanly too', async () => {
  const { child, output } = spawnPlatform({ data })
  await until('the data folder to be taken', () =>
    stat(join(data, 'lock')).then(
      () => true,
      () => false,
    ),
  )
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(output()).not.toContain('ready {')
  expect(await processesOf(data)).toEqual([])
}, 60_000)

test('the block for people and the line for programs agree, and nothing listens beyond this machine', async () => {
  const platform = await startPlatform({ data })
  const { ready } = platform
  const lines = platform.output().trim().split('\n')
  expect(lines.at(-1)).toBe(`ready ${JSON.stringify(ready)}`)
  for (const text of [
    ready.gateway,
    ready.username,
    ready.password,
    'codelab-demo',
    'npx codelab',
  ]) {
    expect(lines.slice(0, -1).join('\n')).toContain(text)
  }
  for (const url of [
    ready.gateway,
    ready.agent,
    ready.llm_proxy,
    ready.auth,
    ...Object.values(ready.admin),
  ]) {
    expect(new URL(url).hostname).toBe('127.0.0.1')
  }
  const health = await fetch(`${ready.gateway}/health`)
  expect([health.status, await health.json()]).toEqual([
    200,
    {
      status: 'healthy',
      checks: { gateway: true, agent_runtime: true, llm_proxy: true, postgres: true, redis: true },
    },
  ])
  expect((await stat(join(data, 'password'))).mode & 0o777).toBe(0o600)
  expect((await readFile(join(data, 'password'), 'utf8')).trim()).toBe(ready.password)
  await platform.stop()
}, 60_000)

test('after a kill the next start takes the stores over', async () => {
  const first = await startPlatform({ data })
  await first.stop('SIGKILL')
  expect((await processesOf(data)).length).toBeGreaterThan(0)
  const second = await startPlatform({ data })
  expect((await fetch(`${second.ready.gateway}/health`)).status).toBe(200)
  expect(await second.stop()).toBe(0)
  expect(await processesOf(data)).toEqual([])
}, 90_000)

test('a user added while it runs may sign in', async () => {
  const platform = await startPlatform({ data })
  const admin = (args: string[], input = '') =>
    new Promise<{ code: number | null; out: string }>((settle) => {
      const child = spawn(process.execPath, ['services/auth/src/admin.ts', ...args], {
        cwd: root,
        env: { ...process.env, CODELAB_DATA: data },
      })
      let out = ''
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
      child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()))
      child.on('exit', (code) => settle({ code, out }))
      child.stdin.end(input)
    })
  expect(
    await admin(['user', 'add', 'alice', '--password-stdin'], 'correct horse battery\n'),
  ).toMatchObject({ code: 0 })
  await expect(
    signIn(platform.ready.gateway, 'alice', 'correct horse battery'),
  ).resolves.toHaveProperty('access_token')
  expect((await admin(['user', 'list'])).out).toContain('alice')
  expect(await admin(['user', 'disable', 'alice'])).toMatchObject({ code: 0 })
  await expect(signIn(platform.ready.gateway, 'alice', 'correct horse battery')).rejects.toThrow(
    'invalid_grant',
  )
  await platform.stop()
}, 60_000)

test('a taken port is one clear line', async () => {
  const server = createServer()
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  const { port } = server.address() as { port: number }
  const { code, lines } = await failedStart({ args: ['--gateway-port', String(port)] })
  expect(code).toBe(1)
  expect(lines).toEqual([
    expect.stringMatching(new RegExp(`^codelab: port ${port} of 127.0.0.1 is taken`)),
  ])
  expect(await processesOf(data)).toEqual([])
  server.close()
}, 60_000)

test('a second start on the same data folder is refused and harms nothing', async () => {
  const platform = await startPlatform({ data })
  const { code, lines } = await failedStart({})
  expect([code, lines]).toEqual([1, [expect.stringContaining('another CodeLab')]])
  expect((await fetch(`${platform.ready.gateway}/health`)).status).toBe(200)
  await platform.stop()
}, 60_000)

test.each([
  ['a flag that does not exist', { args: ['--port', '1'] }, 78, /--help lists the flags/],
  ['a bad port', { args: ['--agent-port', '99999'] }, 78, /CODELAB_AGENT_PORT/],
  ['a bad variable of a service', { env: { SESSION_TTL_S: 'soon' } }, 78, /SESSION_TTL_S/],
  [
    'a data folder that is a file',
    { data: '/etc/hostname' },
    1,
    /data folder \/etc\/hostname cannot be used/,
  ],
])(
  '%s is a clear line and a failure',
  async (_, options, expected, line) => {
    const { code, lines } = await failedStart(options)
    expect(code).toBe(expected)
    expect(lines.join('\n')).toMatch(line)
    expect(lines.every((text) => text.startsWith('codelab: '))).toBe(true)
  },
  60_000,
)

test('no Redis and no way to install it is a clear line and a failure', async () => {
  const bin = join(data, 'bin')
  await mkdir(bin)
  for (const program of ['setpriv', 'true', 'test'])
    await symlink(await which(program), join(bin, program))
  const { code, lines } = await failedStart({ env: { PATH: bin } })
  expect([code, lines]).toEqual([
    1,
    [expect.stringMatching(/^codelab: there is no Redis.*give REDIS_URL/)],
  ])
  expect(await processesOf(data)).toEqual([])
}, 60_000)

const which = (program: string): Promise<string> =>
  new Promise((settle) => {
    execFile('which', [program], (_error, out) => settle(out.trim()))
  })

test('damaged secrets are not written over', async () => {
  await writeFile(join(data, 'secrets.json'), '{"half":')
  const { code, lines } = await failedStart({})
  expect([code, lines]).toEqual([1, [expect.stringContaining('secrets.json is damaged')]])
  expect(await readFile(join(data, 'secrets.json'), 'utf8')).toBe('{"half":')
}, 60_000)

test('a store that dies is started again', async () => {
  const platform = await startPlatform({ data })
  const redisOf = async () => (await processesOf(data)).find(({ args }) => args.includes('redis'))
  const first = await redisOf()
  process.kill(first!.pid, 'SIGKILL')
  await until('another Redis', async () => {
    const now = await redisOf()
    return now && now.pid !== first!.pid
  })
  await until(
    'the platform to be whole again',
    async () => (await fetch(`${platform.ready.gateway}/health`)).ok,
  )
  await platform.stop()
}, 60_000)
