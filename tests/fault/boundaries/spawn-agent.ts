import { spawn, type ChildProcess } from 'node:child_process'
import { join, resolve } from 'node:path'
import { cleanEnvironment } from '../../support/platform.ts'
import { until } from '../../support/until.ts'

const root = resolve(import.meta.dirname, '../../..')
const node = join(root, 'node_modules/.bin/node')

/** Writes by operation. */
export type Counts = Record<string, { tried: number; changed: number }>

export type AgentProcess = Awaited<ReturnType<typeof spawnAgent>>

/** Starts an agent of its own process that can be told to end at a boundary. */
export async function spawnAgent(env: Readonly<Record<string, string>>) {
  const program = join(import.meta.dirname, 'agent-process.ts')
  const child: ChildProcess = spawn(node, ['--no-warnings', program], {
    cwd: root,
    env: { ...cleanEnvironment(), LOG_LEVEL: 'info', AGENT_PORT: '0', ADMIN_PORT: '0', ...env },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stdin!.on('error', () => undefined)
  const gone = () => child.exitCode !== null || child.signalCode !== null
  const saidSince = (word: string) => () => said.includes(`${word}\n`)
  await until(
    () => `an agent to start; it said ${said}`,
    () => said.includes('agent started') || gone(),
    60_000,
  )
  const lines = () =>
    said.split('\n').flatMap((line) => /^(passed|reached) (\S.*)$/.exec(line)?.slice(1) ?? [])
  return {
    pid: child.pid!,
    /** Of its api; a worker alone has none. */
    url: /"url":"(http[^"]+)"/.exec(said)?.[1] ?? '',
    gone,
    /** Ends, or freezes, the process when it comes to the point. */
    async arm(point: string, signal: 'SIGKILL' | 'SIGSTOP' = 'SIGKILL'): Promise<void> {
      child.stdin!.write(`${point} ${signal}\n`)
      await until(`${point} to be armed`, () => saidSince(`armed ${point}`)() || gone())
    },
    reached: (point: string) => said.includes(`reached ${point}\n`),
    /** Boundaries that it has come past so far. */
    passed: () => lines().filter((_, at, all) => at % 2 === 1 && all[at - 1] === 'passed'),
    /** Freezes it until SIGCONT. */
    stop: () => void child.stdin!.write('stop\n'),
    /** What it has written since it was stopped. */
    async counts(): Promise<Counts> {
      const told = () => [...said.matchAll(/^counts (.*)$/gm)]
      const before = told().length
      if (!gone()) child.stdin!.write('counts\n')
      await until('counts to be told', () => gone() || told().length > before)
      return JSON.parse(told().at(-1)![1]!) as Counts
    },
    signal: (name: NodeJS.Signals) => void child.kill(name),
    said: () => said,
    async end(name: NodeJS.Signals = 'SIGKILL'): Promise<void> {
      if (!gone()) child.kill(name)
      await until('an agent to end', gone)
    },
  }
}
