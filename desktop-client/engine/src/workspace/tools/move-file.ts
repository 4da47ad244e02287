import type { Stats } from 'node:fs'
import { link, rename, unlink } from 'node:fs/promises'
import { type Place, statsOf } from '../place/locate.ts'
import { assertRegular } from '../place/regular-file.ts'
import { locateForChange } from '../place/write-place.ts'
import { systemCode, ToolFailure } from '../tool-failure.ts'
import { assertFolderExists } from './store-text.ts'
import { noteMoved } from './note-moved.ts'
import type { Run } from './tool.ts'

/** File systems without hard links answer one of these. */
const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES'])

const taken = (path: string) =>
  new ToolFailure('already_exists', `${path} exists already; nothing was moved.`)

const pathOf = ({ parts }: Place) => parts.join('/')

function assertMovable(from: Place, path: string): Stats {
  const { stats } = from
  if (!stats) throw new ToolFailure('file_not_found', `${path} does not exist.`)
  if (!stats.isDirectory() && !stats.isSymbolicLink()) assertRegular(stats, path)
  return stats
}

/** A second name is only given where none is; so a file that appears at the target meanwhile is not overwritten. */
async function moveRegular(from: Place, to: Place, toPath: string): Promise<boolean> {
  try {
    await link(from.at, to.at)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw taken(toPath)
    if (noLinks.has(systemCode(error) ?? '')) return false
    throw error
  }
  const [left, moved] = [await statsOf(from.at), await statsOf(to.at)]
  if (left && moved && left.ino === moved.ino) await unlink(from.at)
  return true
}

async function move(from: Place, to: Place, toPath: string): Promise<void> {
  await from.folder.confirm()
  await to.folder.confirm()
  if (from.stats?.isFile() && (await moveRegular(from, to, toPath))) return
  if (await statsOf(to.at)) throw taken(toPath)
  await rename(from.at, to.at)
}

/** Moves a file, link or folder; never over something that exists. */
export const moveFile: Run<'move_file'> = async (bench, { path, to: toPath }, signal) =>
  await locateForChange(bench.locate, path, async (from) => {
    const stats = assertMovable(from, path)
    return await locateForChange(bench.locate, toPath, async (to) => {
      if (to.stats) throw taken(toPath)
      if (`${[...to.parts, ...to.missing].join('/')}/`.startsWith(`${pathOf(from)}/`)) {
        throw new ToolFailure('invalid_arguments', `${path} cannot be moved into itself.`)
      }
      assertFolderExists(to, toPath, 'Make it with create_directory first.')
      signal.throwIfAborted()
      await move(from, to, toPath)
      await noteMoved(bench, { from: pathOf(from), to: pathOf(to), at: to.at }, stats)
      return { path: pathOf(from), to: pathOf(to) }
    })
  })
