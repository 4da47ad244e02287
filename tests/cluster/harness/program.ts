import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { withOwner } from './with-owner.ts'

/** What comes before a command so that it runs somewhere else: `nsenter …`, which stays as its parent. */
export type Enter = readonly string[]

export type Program = {
  readonly name: string
  readonly logFile: string
  /** Its process as seen from here. */
  pid(): Promise<number | undefined>
  /** True until it ended, by itself or not. */
  isRunning(): boolean
  /** Resolves when it has ended, with its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>
  /** Asks it to end, again when it takes its time, and ends it by force when that does not help either. */
  stop(): Promise<void>
  /** Ends it at once, as a machine that fails would. */
  kill(): Promise<void>
}

type Wanted = {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly logFile: string
  readonly enter?: Enter
  readonly env?: NodeJS.ProcessEnv
}

const stopWithinMs = 10_000
/** An API server waits for its watches to end; at the second signal it does not. */
const askAgainAfterMs = 2_000

const hasEnded = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined

/** `nsenter` and `unshare` wait for the program that they started and pass no signal on: the program itself is asked. */
async function processOf({ pid }: ChildProcess, enter: Enter): Promise<number | undefined> {
  if (enter.length === 0) return pid
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  return Number(children.trim().split(' ')[0]) || pid
}

/** Starts a program that ends with its owner. */
export function startProgram({ name, command, args, logFile, enter = [], env }: Wanted): Program {
  const log = openSync(logFile, 'a')
  const [first, ...rest] = [...enter, command, ...args]
  const [program, line] = withOwner(first!, rest)
  // A process group of its own: a terminal's Ctrl-C reaches the tests alone, and they stop it in order.
  const child = spawn(program, line, {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
  })
  closeSync(log)
  child.on('error', () => undefined)
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code))
    child.once('error', () => resolve(null))
  })

  const end = async (signal: NodeJS.Signals) => {
    if (hasEnded(child)) return
    const exited = once(child, 'exit')
    const send = async (which: NodeJS.Signals) => {
      const pid = await processOf(child, enter)
      // It may have ended on its own since it was looked at.
      if (pid !== undefined && !hasEnded(child)) trySignal(pid, which)
    }
    await send(signal)
    const again = setTimeout(() => void send(signal), askAgainAfterMs)
    const force = setTimeout(() => void send('SIGKILL'), stopWithinMs)
    await exited
    clearTimeout(again)
    clearTimeout(force)
  }

  return {
    name,
    logFile,
    pid: () => processOf(child, enter),
    isRunning: () => !hasEnded(child),
    ended,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Waits until what a program offers is there; says what the program said when it ends or takes too long. */
export async function untilReady(
  program: Program,
  ready: () => Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  const end = performance.now() + withinMs
  while (!(await ready())) {
    const late = performance.now() > end
    if (program.isRunning() && !late) {
      await new Promise((resolve) => setTimeout(resolve, 25))
      continue
    }
    const log = await readFile(program.logFile, 'utf8').catch(() => '')
    const said = log.trim().split('\n').slice(-8).join('\n')
    throw new Error(
      `${program.name} ${late ? `was not ready within ${withinMs} ms` : 'ended'}; the end of ${program.logFile}:\n${said}`,
    )
  }
}
