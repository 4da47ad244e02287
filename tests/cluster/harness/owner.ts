import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'

/** When a process started, in the kernel's count; undefined when there is none of this id. */
async function startTimeOf(pid: string | number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The second field is the program's name in brackets, and may hold anything.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}

/** A name for what this process leaves in the system, and that a later one knows as abandoned when this one is gone. */
export const ownedName = async (): Promise<string> =>
  `codelab-test-${process.pid}-${await startTimeOf('self')}-${randomBytes(3).toString('hex')}`

/** Whether a name is of that kind and its process is gone; the kernel gives ids again, but not with the same start time. */
export async function isAbandoned(name: string): Promise<boolean> {
  const [, pid, startTime] = /^codelab-test-(\d+)-(\d+)-/.exec(name) ?? []
  return pid !== undefined && (await startTimeOf(pid)) !== startTime
}
