import { locateForChange, makeFolders } from '../place/write-place.ts'
import { foldersMade } from './store-text.ts'
import { ToolFailure } from '../tool-failure.ts'
import type { Run } from './tool.ts'

/** Makes a folder and those above it; a folder that exists is fine. */
export const createDirectory: Run<'create_directory'> = async ({ locate }, { path }, _, keep) =>
  await locateForChange(locate, path, async (place) => {
    const made = [...place.parts, ...place.missing].join('/')
    if (place.stats?.isDirectory()) return { path: made, created: false }
    if (place.stats) {
      throw new ToolFailure('already_exists', `${path} exists already and is no folder.`)
    }
    const names = [place.name, ...place.missing]
    const noted = await keep.note('create_directory', foldersMade(place, names.length))
    await makeFolders(place.folder, names, async () => undefined).catch(async (error: unknown) => {
      await noted.drop()
      throw error
    })
    return { path: made, created: true }
  })
