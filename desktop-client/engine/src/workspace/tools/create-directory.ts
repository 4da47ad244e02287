import { locateForChange, makeFolders } from '../place/write-place.ts'
import { ToolFailure } from '../tool-failure.ts'
import type { Run } from './tool.ts'

/** Makes a folder and those above it; a folder that exists is fine. */
export const createDirectory: Run<'create_directory'> = async ({ locate }, { path }) =>
  await locateForChange(locate, path, async (place) => {
    const made = [...place.parts, ...place.missing].join('/')
    if (place.stats?.isDirectory()) return { path: made, created: false }
    if (place.stats) {
      throw new ToolFailure('already_exists', `${path} exists already and is no folder.`)
    }
    await makeFolders(place.folder, [place.name, ...place.missing], async () => undefined)
    return { path: made, created: true }
  })
