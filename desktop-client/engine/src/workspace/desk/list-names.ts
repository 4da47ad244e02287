import { mostTreeEntries } from '@codelab/contracts/engine-ui/files'
import { layersAbove, walkFiles } from '../listing/walk-files.ts'
import type { Bench } from '../tools/tool.ts'
import { withFolder } from '../tools/with-folder.ts'

/** The paths of all files that git does not ignore, those nearest to the project folder first. */
export async function listNames(
  bench: Bench,
  signal: AbortSignal,
): Promise<{ paths: string[]; more: boolean }> {
  return await withFolder(bench, '.', async (folder, parts) => {
    const layers = await layersAbove(folder, parts)
    const paths: string[] = []
    for await (const { path, kind } of walkFiles({ folder, parts, layers, signal })) {
      if (kind === 'folder') continue
      if (paths.length === mostTreeEntries) return { paths, more: true }
      paths.push(path)
    }
    return { paths, more: false }
  })
}
