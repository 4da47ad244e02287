import { constants } from 'node:fs'
import { open, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type HeldFolder, movedAway } from './held-folder.ts'

/** Linux: a descriptor that only names a place. Node has no constant for it. */
const onlyPath = 0o10000000
const flags = onlyPath | constants.O_DIRECTORY | constants.O_NOFOLLOW

/** Holds a folder by an open descriptor; `/proc/self/fd/N/name` is then Linux' openat. */
async function hold(path: string, expected: string): Promise<HeldFolder> {
  const handle = await open(path, flags)
  const at = `/proc/self/fd/${handle.fd}`
  return {
    at,
    child: (name) => hold(join(at, name), join(expected, name)),
    confirm: async () => {
      if ((await readlink(at)) !== expected) throw movedAway()
    },
    close: () => handle.close(),
  }
}

/** `root`: a real path. */
export const holdOnLinux = (root: string): Promise<HeldFolder> => hold(root, root)
