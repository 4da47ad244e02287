import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { StartError } from '@codelab/runtime/process'
import type { Log } from '@codelab/runtime/log'

export type ChildSpec = {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly stopSignal: NodeJS.Signals
  /** True when it answers; asked again until then. */
  readonly ready: () => Promise<boolean>
  readonly log: Log
}

export type Child = { stop(): Promise<void> }

const startWithinMs = 30_000
const stopWithinMs = 4_000
const keptOutput = 2_000

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function launch({ command, args, cwd }: ChildSpec) {
  // A process group of its own: a terminal's Ctrl-C must reach the services first and the stores last.
  const child = spawn(command, args, {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
  })
  let tail = ''
  const keep = (chunk: Buffer) => void (tail = (tail + chunk.toString()).slice(-keptOutput))
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  child.on('error', (error) => keep(Buffer.from(error.message)))
  return { child, output: () => tail.trim() }
}

const ended = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined

async function waitUntilReady(spec: ChildSpec, child: ChildProcess, output: () => string) {
  const end = performance.now() + startWithinMs
  while (!(await spec.ready())) {
    if (ended(child) || performance.now() > end) {
      child.kill('SIGKILL')
      throw new StartError(`${spec.name} did not start: ${lastLine(output()) || 'it said nothing'}`)
    }
    await pause(20)
  }
}

/** The line that says why, out of a server's log. */
const lastLine = (text: string) => {
  const lines = text.split('\n').filter(Boolean)
  return (
    lines.findLast((line) => /fatal|error|cannot|denied|could not/i.test(line)) ??
    lines.at(-1) ??
    ''
  ).trim()
}

/** Runs a store as a child, starts it again when it ends by itself, and stops it for good with `stop`. */
export async function superviseChild(spec: ChildSpec): Promise<Child> {
  let stopping = false
  let current = launch(spec)
  await waitUntilReady(spec, current.child, current.output)

  const watch = ({ child, output }: typeof current) => {
    child.once('exit', (code, signal) => {
      if (stopping) return
      spec.log.error(
        { store: spec.name, code, signal, output: lastLine(output()) },
        'a store ended and is started again',
      )
      void restart()
    })
  }
  const restart = async () => {
    for (let wait = 100; !stopping; wait = Math.min(wait * 2, 5_000)) {
      current = launch(spec)
      try {
        await waitUntilReady(spec, current.child, current.output)
        spec.log.warn({ store: spec.name }, 'the store is back')
        return watch(current)
      } catch (error) {
        spec.log.error({ err: error, store: spec.name }, 'the store does not start')
        await pause(wait)
      }
    }
  }
  watch(current)

  return {
    async stop() {
      stopping = true
      const { child } = current
      if (ended(child)) return
      const exited = once(child, 'exit')
      child.kill(spec.stopSignal)
      const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
      await exited
      clearTimeout(timer)
    },
  }
}
