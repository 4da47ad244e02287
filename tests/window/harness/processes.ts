import { readdir, readlink } from 'node:fs/promises'

/** The processes that run this very program. */
export async function processesOf(program: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const programs = await Promise.all(
    pids.map((pid) => readlink(`/proc/${pid}/exe`).catch(() => '')),
  )
  return pids.filter((_, index) => programs[index] === program).map(Number)
}
