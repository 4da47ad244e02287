import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export type Spawned = {
  readonly pid: number
  /** What it said on both outputs so far. */
  readonly said: () => string
  readonly whenEnded: Promise<number | null>
  stop(): Promise<number | null>
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode !== null || signalCode !== null

/** Runs Node on a file in a folder, with these variables and no others. */
export function spawnNode(
  args: readonly string[],
  { cwd, env }: { cwd: string; env: Readonly<Record<string, string>> },
): Spawned {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => void (said += text))
  const whenEnded = once(child, 'close').then(([code]) => code as number | null)
  return {
    pid: child.pid!,
    said: () => said,
    whenEnded,
    async stop() {
      if (!hasEnded(child)) child.kill('SIGTERM')
      return whenEnded
    },
  }
}
