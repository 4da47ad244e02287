import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode, ToolFailure } from '../tool-failure.ts'
import type { HeldFolder } from './held-folder.ts'
import type { Locate, Place } from './locate.ts'
import { isInsideGit, partsOf } from './path-parts.ts'

const gitRefused = (path: string) =>
  new ToolFailure(
    'permission_denied',
    `${path} belongs to git's own files, which tools never change. Use git through execute_command.`,
  )

/**
 * Locates a path for a change. Links on the way are refused even inside the project, since rules and people judge a change
 * by the path they see; a link in the last place is the entry itself, unless it leads out of the project.
 */
export const locateForChange = <Value>(
  locate: Locate,
  path: string,
  work: (place: Place) => Promise<Value>,
): Promise<Value> => {
  const asked = partsOf(path)
  if (isInsideGit(asked)) return Promise.reject(gitRefused(path))
  if (asked.length === 0) {
    return Promise.reject(
      new ToolFailure('permission_denied', 'The project folder itself is never changed.'),
    )
  }
  return locate(path, { followLast: false }, async (place) => {
    const parts = [...place.parts, ...place.missing]
    if (isInsideGit(parts)) throw gitRefused(path)
    if (parts.join('/') !== asked.join('/')) {
      throw new ToolFailure(
        'permission_denied',
        `${path} goes through a link; the real path is ${parts.join('/')}. Use that one.`,
      )
    }
    if (place.stats?.isSymbolicLink()) {
      await locate(path, { followLast: true }, async () => undefined)
    }
    return await work(place)
  })
}

/** Makes the missing folders of a place, each in the one before it, and works in the last. `names`: those below `from`. */
export async function makeFolders<Value>(
  from: HeldFolder,
  names: readonly string[],
  work: (folder: HeldFolder) => Promise<Value>,
): Promise<Value> {
  const [name, ...rest] = names
  if (name === undefined) return await work(from)
  await from.confirm()
  await mkdir(join(from.at, name)).catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error
  })
  const folder = await from.child(name)
  try {
    return await makeFolders(folder, rest, work)
  } finally {
    await folder.close()
  }
}
