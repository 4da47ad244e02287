import type { Stats } from 'node:fs'
import { link, rename, unlink } from 'node:fs/promises'
import { systemCode, ToolFailure } from '../tool-failure.ts'
import { statsOf } from './locate.ts'

/** File systems without hard links answer one of these. */
const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES'])

export const taken = (path: string) =>
  new ToolFailure('already_exists', `${path} exists already; nothing was moved.`)

/** A second name is only given where none is; so a file that appears at the target meanwhile is not overwritten. */
async function moveRegular(from: string, to: string, path: string): Promise<boolean> {
  try {
    await link(from, to)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw taken(path)
    if (noLinks.has(systemCode(error) ?? '')) return false
    throw error
  }
  const [left, moved] = [await statsOf(from), await statsOf(to)]
  if (left && moved && left.ino === moved.ino) await unlink(from)
  return true
}

/** Moves a file, link or folder to a place where nothing is; `path` names that place in messages. */
export async function moveEntry(
  from: { readonly at: string; readonly stats: Stats | undefined },
  to: string,
  path: string,
): Promise<void> {
  if (from.stats?.isFile() && (await moveRegular(from.at, to, path))) return
  if (await statsOf(to)) throw taken(path)
  await rename(from.at, to)
}
