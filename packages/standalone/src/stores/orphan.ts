import { readFile, rm } from 'node:fs/promises'

const alive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** What the kernel says the process is; empty where there is no /proc. */
const programOf = (pid: number) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')

/**
 * Ends a store that an earlier start left behind (it was killed before it could stop its stores). Only a process that the
 * pid file names and that still is that program is ended; the id may belong to somebody else by now.
 */
export async function endOrphan(
  pidFile: string,
  program: string,
  signal: NodeJS.Signals,
): Promise<void> {
  const pid = parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10)
  if (!Number.isInteger(pid) || pid <= 1) return
  if (!alive(pid) || !(await programOf(pid)).includes(program)) return rm(pidFile, { force: true })
  process.kill(pid, signal)
  for (let waited = 0; alive(pid) && waited < 10_000; waited += 50)
    await new Promise((resolve) => setTimeout(resolve, 50))
  if (alive(pid)) process.kill(pid, 'SIGKILL')
  while (alive(pid)) await new Promise((resolve) => setTimeout(resolve, 50))
  await rm(pidFile, { force: true })
}
