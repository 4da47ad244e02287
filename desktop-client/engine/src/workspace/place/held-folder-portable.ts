import { lstat, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { type HeldFolder, movedAway } from './held-folder.ts'

/**
 * Where descriptors cannot stand for folders: each step is looked at before it is taken and confirmed before a change.
 * A link that another program swaps in between the two is caught, one that it swaps in and out again within microseconds may not be.
 */
export async function holdByPath(path: string): Promise<HeldFolder> {
  const stats = await lstat(path)
  if (!stats.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
  return {
    at: path,
    child: (name) => holdByPath(join(path, name)),
    confirm: async () => {
      if ((await realpath(path)) !== path) throw movedAway()
    },
    close: async () => undefined,
  }
}
