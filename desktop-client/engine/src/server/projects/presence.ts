import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writePrivateFile } from '../../account/private-file.ts'

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Asking makes no folder: it is also asked while the engine ends, when its home may be taken away. */
const namesIn = async (folder: string): Promise<string[]> => {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Tells other engines of this machine, by an empty file each, which projects are open here. */
export type Presence = {
  enter(projectId: string): Promise<void>
  leave(projectId: string): Promise<void>
  /** Another engine that runs has it open. */
  isElsewhere(projectId: string): Promise<boolean>
}

export function createPresence(home: string, engine: string): Presence {
  const folder = join(home, 'open')
  const own = (projectId: string) => join(folder, `${projectId}.${process.pid}.${engine}`)
  return {
    enter: (projectId) => writePrivateFile(own(projectId), ''),
    leave: (projectId) => rm(own(projectId), { force: true }),
    isElsewhere: async (projectId) => {
      for (const name of await namesIn(folder)) {
        const [id, pid, who] = name.split('.')
        if (who === undefined || who === engine) continue
        if (!isRunning(Number(pid))) await rm(join(folder, name), { force: true })
        else if (id === projectId) return true
      }
      return false
    },
  }
}
