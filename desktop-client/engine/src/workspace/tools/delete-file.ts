import { rmdir, unlink } from 'node:fs/promises'
import { assertRegular } from '../place/regular-file.ts'
import { locateForChange } from '../place/write-place.ts'
import { systemCode, ToolFailure } from '../tool-failure.ts'
import type { Run } from './tool.ts'

/** Deletes a file, a link itself (never what it leads to) or an empty folder. */
export const deleteFile: Run<'delete_file'> = async (bench, args, signal) => {
  const { path } = args
  return await locateForChange(bench.locate, path, async (place) => {
    const { stats, at } = place
    if (!stats) throw new ToolFailure('file_not_found', `${path} does not exist.`)
    const folder = stats.isDirectory()
    if (!folder && !stats.isSymbolicLink()) assertRegular(stats, path)
    await bench.seen.assertUnchanged('delete_file', args, at)
    await place.folder.confirm()
    signal.throwIfAborted()
    if (folder) await removeEmpty(at, path)
    else await unlink(at)
    const deleted = place.parts.join('/')
    bench.own.removed(deleted)
    return { path: deleted, deleted: folder ? 'folder' : stats.isSymbolicLink() ? 'link' : 'file' }
  })
}

async function removeEmpty(at: string, path: string): Promise<void> {
  try {
    await rmdir(at)
  } catch (error) {
    if (systemCode(error) !== 'ENOTEMPTY' && systemCode(error) !== 'EEXIST') throw error
    throw new ToolFailure(
      'not_a_file',
      `${path} is a folder that is not empty; only files and empty folders are deleted.`,
      error,
    )
  }
}
