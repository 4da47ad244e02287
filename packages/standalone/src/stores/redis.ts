import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import type { Log } from '@codelab/runtime/log'
import { StartError } from '@codelab/runtime/process'
import { superviseChild } from './child.ts'
import { freePort } from './free-port.ts'
import { endOrphan } from './orphan.ts'

const run = promisify(execFile)
const programs = ['redis-server', 'valkey-server']

/** Package managers that carry Redis, with what to run; the first that is there is used. */
const managers: readonly (readonly [string, readonly (readonly string[])[]])[] = [
  [
    'apt-get',
    [
      ['update', '-q'],
      ['install', '-y', '-q', '--no-install-recommends', 'redis-server'],
    ],
  ],
  ['dnf', [['install', '-y', 'redis']]],
  ['apk', [['add', 'redis']]],
  ['pacman', [['-Sy', '--noconfirm', 'redis']]],
  ['zypper', [['--non-interactive', 'install', 'redis']]],
  ['brew', [['install', 'redis']]],
]

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )

async function onPath(names: readonly string[]): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  for (const name of names)
    for (const folder of folders)
      if (folder && (await isExecutable(join(folder, name)))) return join(folder, name)
  return undefined
}

/** Finds a server or installs one through the system's package manager, saying so; no npm package has a usable one. */
async function findProgram(say: (line: string) => void): Promise<string> {
  const found = await onPath(programs)
  if (found) return found
  const how = 'give REDIS_URL of a server of your own, or install redis-server'
  for (const [manager, steps] of managers) {
    const path = await onPath([manager])
    if (!path) continue
    say(`Redis is not installed; installing it with ${manager} …`)
    try {
      for (const step of steps)
        await run(path, step, {
          env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
          timeout: 300_000,
        })
    } catch (error) {
      const { stderr = '' } = error as { stderr?: string }
      throw new StartError(
        `Redis could not be installed with ${manager} (${stderr.trim().split('\n').at(-1) || 'no reason given'}): ${how}`,
      )
    }
    const installed = await onPath(programs)
    if (installed) return installed
  }
  throw new StartError(`there is no Redis and no package manager that could install it: ${how}`)
}

export type LocalRedis = { readonly url: string; stop(): Promise<void> }

/** A Redis below `folder` on a free port of 127.0.0.1, with a password; it keeps nothing on disk, since nothing in it must last. */
export async function startRedis({
  folder,
  password,
  say,
  log,
}: {
  folder: string
  password: string
  say: (line: string) => void
  log: Log
}): Promise<LocalRedis> {
  const program = await findProgram(say)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const pidFile = join(folder, 'redis.pid')
  await endOrphan(pidFile, 'redis', 'SIGTERM')
  const port = await freePort()
  const url = `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}`
  const settings = [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(folder)}`,
    `pidfile ${JSON.stringify(pidFile)}`,
    'save ""',
    'appendonly no',
    'daemonize no',
    'maxmemory 256mb',
    'maxmemory-policy volatile-lru',
  ]
  const file = join(folder, 'redis.conf')
  await writeFile(file, `${settings.join('\n')}\n`, { mode: 0o600 })
  const child = await superviseChild({
    name: 'Redis',
    command: program,
    args: [file],
    cwd: folder,
    stopSignal: 'SIGTERM',
    ready: () => answers(url),
    log,
  })
  return { url, stop: () => child.stop() }
}

async function answers(url: string): Promise<boolean> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: 1_000,
  })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    return (await redis.ping()) === 'PONG'
  } catch {
    return false
  } finally {
    redis.disconnect()
  }
}
