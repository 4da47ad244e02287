import { readdir, readFile } from 'node:fs/promises'

/** A variable whose value marks every process that descends from one run, wherever it hides. */
export const runMark = 'CODELAB_RUN'

/** Sends a signal to a process group (`-pid`) or a process; one that is gone is fine. */
export function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone already, or never ours.
  }
}

async function carriesMark(pid: string, mark: string): Promise<boolean> {
  try {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1')
    return environment.split('\0').includes(`${runMark}=${mark}`)
  } catch {
    return false
  }
}

/** Ends processes of a run that left its process group. Only Linux tells other processes' variables. */
export async function endMarked(mark: string): Promise<void> {
  if (process.platform !== 'linux') return
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) if (await carriesMark(pid, mark)) signalTo(Number(pid), 'SIGKILL')
}
