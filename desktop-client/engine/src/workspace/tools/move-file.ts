import type { Stats } from 'node:fs'
import type { Place } from '../place/locate.ts'
import { moveEntry, taken } from '../place/move-entry.ts'
import { assertRegular } from '../place/regular-file.ts'
import { locateForChange } from '../place/write-place.ts'
import { ToolFailure } from '../tool-failure.ts'
import { assertFolderExists } from './store-text.ts'
import { noteMoved } from './note-moved.ts'
import type { Run } from './tool.ts'

const pathOf = ({ parts }: Place) => parts.join('/')

function assertMovable(from: Place, path: string): Stats {
  const { stats } = from
  if (!stats) throw new ToolFailure('file_not_found', `${path} does not exist.`)
  if (!stats.isDirectory() && !stats.isSymbolicLink()) assertRegular(stats, path)
  return stats
}

/** Moves a file, link or folder; never over something that exists. */
export const moveFile: Run<'move_file'> = async (bench, { path, to: toPath }, signal, keep) =>
  await locateForChange(bench.locate, path, async (from) => {
    const stats = assertMovable(from, path)
    return await locateForChange(bench.locate, toPath, async (to) => {
      if (to.stats) throw taken(toPath)
      if (`${[...to.parts, ...to.missing].join('/')}/`.startsWith(`${pathOf(from)}/`)) {
        throw new ToolFailure('invalid_arguments', `${path} cannot be moved into itself.`)
      }
      assertFolderExists(to, toPath, 'Make it with create_directory first.')
      signal.throwIfAborted()
      await from.folder.confirm()
      await to.folder.confirm()
      const noted = await keep.note('move_file', [
        { kind: 'moved', path: pathOf(from), to: pathOf(to) },
      ])
      await moveEntry(from, to.at, toPath).catch(async (error: unknown) => {
        await noted.drop()
        throw error
      })
      await noteMoved(bench, { from: pathOf(from), to: pathOf(to), at: to.at }, stats)
      return { path: pathOf(from), to: pathOf(to) }
    })
  })
