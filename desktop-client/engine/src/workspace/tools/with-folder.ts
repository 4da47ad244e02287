import type { HeldFolder } from '../place/held-folder.ts'
import { ToolFailure } from '../tool-failure.ts'
import type { Bench } from './tool.ts'

/** The folder at a path, held while `work` runs. */
export async function withFolder<Value>(
  { locate }: Pick<Bench, 'locate'>,
  path: string,
  work: (folder: HeldFolder, parts: readonly string[]) => Promise<Value>,
): Promise<Value> {
  return await locate(path, { followLast: true }, async (place) => {
    if (!place.stats) throw new ToolFailure('file_not_found', `${path} does not exist.`)
    if (!place.stats.isDirectory()) {
      throw new ToolFailure('not_a_directory', `${path} is not a folder.`)
    }
    if (place.name === '.') return await work(place.folder, place.parts)
    const folder = await place.folder.child(place.name)
    try {
      return await work(folder, place.parts)
    } finally {
      await folder.close()
    }
  })
}
