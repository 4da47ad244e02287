import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createKeptOutput, type KeptOutput } from './kept-output.ts'
import { endMarked, runMark, signalTo } from './stop-program.ts'

const graceMs = 2_000
const drainMs = 1_000

export type ProgramRun = {
  readonly argv: readonly string[]
  /** A folder that the child enters; on Linux the path of a descriptor is fine. */
  readonly cwd: string
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Bytes kept of the beginning and of the end of each stream. */
  readonly keep: { readonly head: number; readonly tail: number }
  /** Given what the program prints as it comes, kept or not. */
  readonly onOutput?: (chunk: Buffer) => void
}

export type ProgramEnd = {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stopped: 'timeout' | 'aborted' | undefined
  readonly stdout: KeptOutput
  readonly stderr: KeptOutput
}

const windows = process.platform === 'win32'

/** Ends the whole group: asks first, then makes sure. */
function stopGroup(child: ChildProcess, mark: string): void {
  const pid = child.pid
  if (pid === undefined) return
  if (windows) {
    spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' }).on('error', () =>
      child.kill(),
    )
    return
  }
  signalTo(-pid, 'SIGTERM')
  const force = setTimeout(() => {
    signalTo(-pid, 'SIGKILL')
    void endMarked(mark)
  }, graceMs)
  child.once('exit', () => {
    clearTimeout(force)
    void endMarked(mark)
  })
}

/**
 * Runs a program without a shell, standard input closed, in a process group of its own, and waits for its end.
 * A time-out or an abort ends the group and, on Linux, everything that descends from it. What it leaves running in its group ends with it.
 * Rejects with the system's error when the program cannot be started.
 */
export async function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const { argv, cwd, environment, timeoutMs, signal, keep } = run
  signal.throwIfAborted()
  const mark = randomUUID()
  const [stdout, stderr] = [0, 1].map(() => createKeptOutput(keep.head, keep.tail)) as [
    KeptOutput,
    KeptOutput,
  ]
  const child = spawn(argv[0] ?? '', argv.slice(1), {
    cwd,
    env: { ...environment, [runMark]: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: false,
    detached: !windows,
    windowsHide: true,
  })
  child.stdout.on('data', (chunk: Buffer) => {
    stdout.add(chunk)
    run.onOutput?.(chunk)
  })
  child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk))

  let stopped: ProgramEnd['stopped']
  const stop = (why: 'timeout' | 'aborted') => {
    stopped ??= why
    stopGroup(child, mark)
  }
  const onAbort = () => stop('aborted')
  const timer = setTimeout(() => stop('timeout'), timeoutMs)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const [exitCode, endSignal] = await ended(child)
    return { exitCode, signal: endSignal, stopped, stdout, stderr }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

type Ended = [code: number | null, signal: NodeJS.Signals | null]

/** Waits for the exit, then a moment for what is still in the pipes: a process that left the group may hold them open for ever. */
function ended(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      if (child.pid !== undefined && !windows) signalTo(-child.pid, 'SIGKILL')
      const drained = setTimeout(() => {
        child.stdout?.destroy()
        child.stderr?.destroy()
      }, drainMs)
      child.once('close', () => {
        clearTimeout(drained)
        resolve([code, signal])
      })
    })
  })
}
