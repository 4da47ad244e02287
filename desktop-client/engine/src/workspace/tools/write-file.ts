import { locateForChange } from '../place/write-place.ts'
import { assertFolderExists, bytesFor, storeText } from './store-text.ts'
import type { Run } from './tool.ts'

/** Writes a whole file. Refused when the file changed after a person was shown what would be replaced. */
export const writeFile: Run<'write_file'> = async (bench, args, signal, keep) => {
  const { path, content, create_dirs: createFolders = false } = args
  const bytes = bytesFor(content, path)
  return await locateForChange(bench.locate, path, async (place) => {
    if (!createFolders) assertFolderExists(place, path, 'Set create_dirs to make it.')
    return await storeText(bench, place, {
      tool: 'write_file',
      path,
      bytes,
      keep,
      check: async (at) => {
        await bench.seen.assertUnchanged('write_file', args, at)
        signal.throwIfAborted()
      },
    })
  })
}
