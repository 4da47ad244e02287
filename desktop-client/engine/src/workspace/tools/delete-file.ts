import { opendir } from 'node:fs/promises'
import { assertRegular } from '../place/regular-file.ts'
import { locateForChange } from '../place/write-place.ts'
import { ToolFailure } from '../tool-failure.ts'
import { trashPlace } from '../trash/trash-place.ts'
import type { Run } from './tool.ts'

/** Moves a file, a link itself (never what it leads to) or an empty folder to the trash. */
export const deleteFile: Run<'delete_file'> = async (bench, args, signal, keep) => {
  const { path } = args
  return await locateForChange(bench.locate, path, async (place) => {
    const { stats, at } = place
    if (!stats) throw new ToolFailure('file_not_found', `${path} does not exist.`)
    const folder = stats.isDirectory()
    if (!folder && !stats.isSymbolicLink()) assertRegular(stats, path)
    await bench.seen.assertUnchanged('delete_file', args, at)
    await place.folder.confirm()
    signal.throwIfAborted()
    const deleted = place.parts.join('/')
    const entry = folder ? 'folder' : stats.isSymbolicLink() ? 'link' : 'file'
    if (folder) await assertEmpty(at, path)
    await trashPlace(bench, place, (trashed) =>
      keep.note('delete_file', [{ kind: 'trashed', path: deleted, entry, trashed }]),
    )
    bench.own.removed(deleted)
    return { path: deleted, deleted: entry }
  })
}

async function assertEmpty(at: string, path: string): Promise<void> {
  const folder = await opendir(at)
  const first = await folder.read().finally(() => folder.close())
  if (first === null) return
  throw new ToolFailure(
    'not_a_file',
    `${path} is a folder that is not empty; only files and empty folders are deleted.`,
  )
}
